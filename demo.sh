#!/bin/sh
# Nine months of a real agency's drive, 2017, from event files to attribution tables; `make demo` runs this.
# Every command is shown before it runs, so that you can type it yourself. Each run makes the same season,
# byte by byte, and a new store.
set -eu
cd "$(dirname "$0")"

season=var/demo/season.ndjson
truth=var/demo/truth.ndjson
file=var/demo/sambung.db
store=sqlite:///$file
report=var/demo/report.html
times=""

say() { printf '\n\033[1m%s\033[0m\n' "$1"; }

phase() { # NAME COMMAND...: show a command, run it, record its time
    name=$1
    shift
    printf '\n$ %s\n' "$*"
    began=$(date +%s)
    "$@"
    times="$times$(printf '  %4d s  %s' $(($(date +%s) - began)) "$name")
"
}

[ -t 1 ] || say() { printf '\n%s\n' "$1"; }

mkdir -p var/demo
rm -rf "$file" "$file"-* var/demo/journal

say "The season: every event as field teams sent it, some twice, some late, some wrong."
phase "inventing the season" sambung simulate diy-2017 --seed 2017 --out "$season" --truth "$truth"

say "The pipeline: an embedded broker, six stages, and the tables of one SQLite file."
phase "the whole pipeline" sambung replay "$season" --database "$store"

say "What each campaign brought, under five models of credit."
phase "campaigns" sambung campaigns --database "$store"

say "Two sums that always hold: each member is credited once, and live counts equal the ledger."
phase "audit" sambung audit --database "$store"

say "One member, whose journey shows most of what there is."
member=$(python -c 'import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute("""
    SELECT member_id FROM credit_current WHERE model = '\''linear'\''
    GROUP BY member_id HAVING count(*) BETWEEN 3 AND 6 AND max(evidence = '\''place'\'') = 0
    ORDER BY count(DISTINCT evidence) + count(DISTINCT approach) + count(DISTINCT channel) DESC,
        count(*) DESC, member_id LIMIT 1""").fetchone())' "$file")
phase "why one member" sambung why "$member" --database "$store"

say "All of it as one file, to print and to file."
phase "report" sambung report --lang en --force --out "$report" --database "$store"

say "Time by phase, in whole seconds"
printf '%s' "$times"

if python -c 'import typst' 2>/dev/null; then
    pdf="  sambung report --out var/demo/report.pdf --database $store
                                                              the same as tagged PDF, in Indonesian"
else
    pdf="  pip install '.[reports]'                                    for the report as PDF: --out var/demo/report.pdf"
fi

say "What to type next"
cat <<END
  . .venv/bin/activate                                        to have the command sambung
  sambung up --dir var/demo                                   office mode with this season in its store: events
                                                              come in at http://127.0.0.1:8080 until Ctrl-C
  xdg-open $report                               the report; on macOS: open
$pdf
  sambung replay $season --database $store
                                                              the same season again: nothing changes
  sambung why MEMBER --database $store
                                                              any member of $truth
  sambung --help                                              all commands
  make test                                                   the tests
END
