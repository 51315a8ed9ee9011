# Two stages: the first builds the wheels, the second runs them as nobody special.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY mhud ./mhud
RUN python -m venv /opt/mhud && /opt/mhud/bin/pip install --no-cache-dir .

FROM python:3.12-slim-bookworm
COPY --from=build /opt/mhud /opt/mhud
RUN useradd --uid 1500 --no-log-init --home-dir /var/lib/mhud --create-home mhud
USER 1500
ENV PATH=/opt/mhud/bin:$PATH \
    MHUD_DATA_DIR=/var/lib/mhud \
    MHUD_HTTP__HOST=0.0.0.0
VOLUME /var/lib/mhud
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
    CMD ["/opt/mhud/bin/python", "-m", "mhud.healthcheck"]
CMD ["mhud", "serve"]
