#!/bin/sh
# Runs once, when PostgreSQL's volume is empty: the owner of Tandem's schema, and Temporal's role.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
  --set owner_password="$TANDEM_OWNER_PASSWORD" --set temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role tandem_owner login createrole password :'owner_password';
create database tandem owner tandem_owner;
create role temporal login createdb password :'temporal_password';
SQL
