#!/bin/bash
# The drill: restore the newest backup beside the running installation, start it, and let it prove itself.
#
#   restore-drill.sh BACKUP KEYS_BACKUP FOLDER
#
# BACKUP and KEYS_BACKUP are the two folders of one backup, FOLDER an empty one for the drill (it is emptied at the end).
# Ends with 0 when the database starts, every ledger verifies and every stored file opens.
set -euo pipefail
backup=${1:?}; keys_backup=${2:?}; folder=${3:?}
python=${MACHIKUMO_PYTHON:-python3}
program() { if [ -n "${PGBIN:-}" ]; then "$PGBIN/$1" "${@:2}"; else "$@"; fi; }
[ -z "$(ls -A "$folder" 2>/dev/null)" ] || { echo "the folder $folder is not empty" >&2; exit 2; }

(cd "$backup" && sha256sum --check --quiet SHA256SUMS)
(cd "$keys_backup" && sha256sum --check --quiet SHA256SUMS)
program pg_verifybackup --quiet "$backup/database"

mkdir -p "$folder/postgres" "$folder/keys"; chmod 755 "$folder"
cp --archive "$backup/database" "$folder/postgres/data"
tar --extract --file="$backup/files.tar" --directory="$folder"
tar --extract --file="$keys_backup/secrets.tar" --directory="$folder"
if [ -f "$keys_backup/keys.tar" ]; then tar --extract --file="$keys_backup/keys.tar" --directory="$folder/keys"; fi
# the embedded server does not run as root: its folder belongs to the account that it runs as
if [ -n "${MACHIKUMO_SERVER_OWNER:-}" ]; then chown --recursive "$MACHIKUMO_SERVER_OWNER" "$folder/postgres"; fi

export MACHIKUMO_VAR="$folder" MACHIKUMO_KEYS="$folder/keys"
unset DATABASE_URL
finish() { "$python" -c 'from machikumo.site.postgres import stop_server; stop_server()' || true; rm -rf "${folder:?}"/*; }
trap finish EXIT
began=$(date +%s)
"$python" -m machikumo ledger verify
"$python" -m machikumo operations verify-files
echo "OK: restored and verified in $(($(date +%s) - began)) s"
