# gait in a container: built in one stage, and the program with the libraries that it needs in the other.
#   docker build -t gait . && docker run --rm -v "$PWD:/work" -w /work gait validate .
FROM debian:12-slim AS build
COPY . /src
RUN /src/scripts/setup && /src/scripts/build release gait

FROM debian:12-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates graphviz libcurl4 libedit2 libicu72 libpcre2-8-0 \
    libpugixml1v5 libre2-9 libsnappy1v5 libsqlite3-0 libssl3 libyaml-cpp0.7 libzstd1 zlib1g >/dev/null \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/gait /src/scripts/gait-action /usr/local/bin/
ENTRYPOINT ["gait"]
