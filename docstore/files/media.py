"""Media types by their names, and the file extensions that go with them."""

from collections.abc import Mapping

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
# An Office file behind a password is one encrypted stream: what is inside cannot be told.
ENCRYPTED_OFFICE = "application/x-ole-encrypted"
OLE = "application/x-ole-storage"
RTF = "application/rtf"
HTML = "text/html"
TEXT = "text/plain"
CSV = "text/csv"
XML = "application/xml"
SVG = "image/svg+xml"
ZIP = "application/zip"
ASICE = "application/vnd.etsi.asic-e+zip"
ASICS = "application/vnd.etsi.asic-s+zip"
CMS = "application/pkcs7-mime"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
WEBP = "image/webp"
GIF = "image/gif"
UNKNOWN = "application/octet-stream"

BUNDLES = frozenset({ZIP, ASICE, ASICS, CMS, EML})
"""Files that hold other files, and can be taken apart."""

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    DOCX: (".docx", ".dotx", ".docm", ".dotm"),
    XLSX: (".xlsx", ".xltx", ".xlsm", ".xltm"),
    PPTX: (".pptx", ".potx", ".ppsx", ".pptm"),
    ODT: (".odt", ".ott"),
    ODS: (".ods", ".ots"),
    ODP: (".odp", ".otp"),
    DOC: (".doc", ".dot"),
    XLS: (".xls", ".xlt"),
    PPT: (".ppt", ".pot", ".pps"),
    ENCRYPTED_OFFICE: (".docx", ".docm", ".xlsx", ".xlsm", ".pptx", ".pptm"),
    RTF: (".rtf", ".doc"),  # Word itself saves RTF under .doc
    HTML: (".html", ".htm", ".xhtml"),
    TEXT: (".txt", ".csv", ".md", ".log", ".asc", ".eml"),
    EML: (".eml",),
    MSG: (".msg",),
    CSV: (".csv", ".txt"),
    XML: (".xml",),
    SVG: (".svg",),
    ZIP: (".zip", ".zipx"),
    ASICE: (".asice", ".sce"),
    ASICS: (".asics", ".scs"),
    CMS: (".p7m", ".p7s", ".sig"),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    TIFF: (".tif", ".tiff"),
    WEBP: (".webp",),
    GIF: (".gif",),
}
