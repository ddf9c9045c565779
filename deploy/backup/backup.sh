#!/bin/bash
# A backup of one installation: the database as a verified physical copy, the closed files, and apart from both the keys.
#
#   backup.sh TARGET KEYS_TARGET
#
# TARGET and KEYS_TARGET belong on different disks: either alone opens nothing. Reads MACHIKUMO_VAR, MACHIKUMO_KEYS,
# PGHOST and PGPORT; PGBIN names the folder of PostgreSQL's programs where they are not on the PATH.
set -euo pipefail
target=${1:?where to}; keys_target=${2:?where the keys go}
var=${MACHIKUMO_VAR:?}; keys=${MACHIKUMO_KEYS:-$var/keys}
program() { if [ -n "${PGBIN:-}" ]; then "$PGBIN/$1" "${@:2}"; else "$@"; fi; }

here="$target/$(date -u +%Y%m%dT%H%M%SZ)"; keys_here="$keys_target/$(basename "$here")"
mkdir -p "$here" "$keys_here"; chmod 700 "$here" "$keys_here"

PGPASSWORD=$(cat "$var/secrets/database-machikumo_backup"); export PGPASSWORD
program pg_basebackup --username=machikumo_backup --pgdata="$here/database" --wal-method=stream --checkpoint=fast
program pg_verifybackup --quiet "$here/database"
tar --create --file="$here/files.tar" --directory="$var" --ignore-failed-read files witness 2>/dev/null || true
[ -s "$here/files.tar" ] || tar --create --file="$here/files.tar" --files-from=/dev/null
tar --create --file="$keys_here/secrets.tar" --directory="$var" secrets
if [ -d "$keys" ]; then tar --create --file="$keys_here/keys.tar" --directory="$keys" .; fi
(cd "$here" && sha256sum files.tar database/backup_manifest > SHA256SUMS)
(cd "$keys_here" && sha256sum ./*.tar > SHA256SUMS)
echo "$here"
