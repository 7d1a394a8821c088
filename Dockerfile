# The application: `docker build -t teczka .` It runs as nobody in particular and writes to /data alone.

FROM node:24.18.0-bookworm-slim AS modules
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11.15-slim-bookworm AS environment
WORKDIR /app
COPY requirements/build.txt requirements/run.txt requirements/
RUN python -m venv /opt/teczka \
    && /opt/teczka/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        --requirement requirements/build.txt --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY requirements/run.in requirements/
COPY bin/assets bin/
COPY docstore docstore
COPY indexer indexer
COPY delivery delivery
COPY api api
COPY --from=modules /build/node_modules node_modules
RUN bin/assets \
    && rm -r node_modules \
    && /opt/teczka/bin/pip install --no-cache-dir --disable-pip-version-check \
        --no-deps --no-build-isolation --editable . \
    && /opt/teczka/bin/python -m compileall -q docstore indexer delivery api \
    && /opt/teczka/bin/python -c "from api.rendering import compile_templates; compile_templates()"

FROM python:3.11.15-slim-bookworm
# hadolint ignore=DL3008 # Debian keeps only the newest version of a package, which is the one to have
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-crosextra-caladea fonts-crosextra-carlito fonts-dejavu-core fonts-liberation \
        libreoffice-writer-nogui \
        tesseract-ocr tesseract-ocr-osd tesseract-ocr-pol \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin teczka \
    && install --directory --owner=teczka --group=teczka --mode=0700 /data
COPY --from=environment /opt/teczka /opt/teczka
COPY --from=environment /app /app
ENV PATH=/opt/teczka/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8 \
    TMPDIR=/var/tmp \
    TECZKA_DATA_DIR=/data \
    TECZKA_HOST=0.0.0.0 \
    TECZKA_PORT=8000
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["teczka"]
CMD ["serve"]
