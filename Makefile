# Everything starts here: `make` lists it. PYTHON=python3.13 chooses another interpreter.
PYTHON ?= python3
RUN := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help demo demo-check test test-oldest test-long check fix soak-certificates wheelhouse lock clean web dev

help:  ## この一覧 / this list
	@sed -n 's/^\([a-z%<>-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-20s %s\n", $$1, $$2}'

demo: web  ## 準備して試用環境を開く / set up, move two towns in, serve at http://localhost:8000
	@$(RUN) -m machikumo demo

demo-check: dev  ## 試用環境を最後まで確かめる / the same without stopping, driven by a browser; exit 0 or 1
	@$(RUN) -m machikumo demo --check

test: dev  ## 試験（T=フォルダー） / tests (T=folder for a part)
	@$(RUN) -m pytest -n 2 --dist loadgroup -m "not long" $(T)

test-oldest: dev  ## Debianの古いPostgreSQLでデータベースの試験 / the database's tests on Debian's own, older server
	@$(RUN) tools/oldest.py

test-long: dev  ## 長い試験 / fuzzing, kill -9 series, soak
	@$(RUN) -m pytest -m long $(T)

check: dev  ## 形式・型・構造・行保護の検査 / lint, types, import contracts, home lints, row security
	@$(RUN) tools/check.py

fix: dev  ## 直せるものを直す / mend what tools can mend
	@$(RUN) -m ruff check --fix --quiet . ; $(RUN) -m ruff format .

show-%: dev  ## 課題の「示すこと」の表 / an issue's "Must show" as a table (show-foundation)
	@$(RUN) tools/show.py $*

bench-%-long: dev  ## 長い計測 / a measurement that takes hours
	@$(RUN) benchmarks/$(subst -,_,$*).py --long $(A)

bench-%: dev  ## 計測（A=引数） / a measurement beside a peer or a limit
	@$(RUN) benchmarks/$(subst -,_,$*).py $(A)

soak-certificates: dev  ## 証明書の二重発行試験 / two clients a millisecond apart, workers killed
	@$(RUN) benchmarks/soak_certificates.py $(A)

wheelhouse: dev  ## 閉域網へ運ぶパッケージ一式（V=3.13） / packages to carry to a closed network
	@$(RUN) tools/wheelhouse.py $(V)

lock:  ## requirements/*.txt を作り直す / resolve the pins again (needs uv)
	@$(PYTHON) tools/lock.py $(A)

clean:  ## 作ったものを消す / stop the server, remove .venv and var
	@$(PYTHON) tools/clean.py

web dev:
	@$(PYTHON) tools/bootstrap.py $@
