# One image for every part of sambung: `sambung worker`, `sambung topics`, `sambung replay`.
# Needs no compiler, as all dependencies have wheels for amd64 and arm64. Python and the versions
# (constraints.txt) are the tested ones.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/sambung
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY models models
COPY streams streams
COPY sinks sinks
COPY reports reports
COPY api api
COPY sambung sambung
RUN /opt/sambung/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt '.[gateway,postgresql]'

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for `sambung backup` and `restore`, of the server's version in docker-compose.yml.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home sambung \
    && install --directory --owner=sambung /var/lib/sambung/state
COPY --from=build /opt/sambung /opt/sambung
ENV PATH=/opt/sambung/bin:$PATH PYTHONUNBUFFERED=1 SAMBUNG_DATA_DIR=/var/lib/sambung/state
USER sambung
WORKDIR /var/lib/sambung
ENTRYPOINT ["sambung"]
CMD ["--help"]
