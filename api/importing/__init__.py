"""`teczka import`: a folder of adopted resolutions becomes acts that everyone can find."""

from api.importing.folder import import_folder as import_folder
from api.importing.report import ImportReport as ImportReport
from api.importing.report import Remark as Remark
