# What the tests of this library run in: `docker compose run --rm tests`, or as the environment of .devcontainer/.
FROM node:24-bookworm-slim AS development

# PostgreSQL and Redis are started by the tests themselves; the rest is what some of them call
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    alembic ca-certificates chromium git openssh-client openssl postgresql procps python3-psycopg2 redis-server \
  && rm -rf /var/lib/apt/lists/*

RUN mkdir /andamios && chown node:node /andamios
WORKDIR /andamios
USER node


FROM development AS tests

COPY --chown=node:node package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY --chown=node:node . .
RUN npm run app:page
CMD ["npm", "test"]
