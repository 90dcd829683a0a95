#!/bin/sh
#
# Stress tests in any continuous integration that has a shell and Go 1.26. It goes on after a failure, so that all is reported, and
# exits with the first code that is not 0. Have your system read stress-reports/*.xml as JUnit, and keep stress-out and
# stress-reports also when it fails.

set -u

command -v stress >/dev/null || go install github.com/lostupdate/stress/cmd/stress@latest || exit
PATH=$PATH:$(go env GOPATH)/bin

status=0
try() {
	"$@" || {
		code=$?
		[ "$status" -ne 0 ] || status=$code
	}
}

# What is in use loses nothing, and keeps its bounds.
try stress run --target sqlite --workload wallet --strategy begin-immediate --clients 8 --ops 2000 \
	--fail-if "p99 > 2s" --fail-if "ok-rate < 99%" --fail-if "contention < 10%" \
	--report junit=stress-reports/in-use.xml --report json=stress-reports/in-use.json

# The broken baseline still loses updates: if not, the test tests nothing any more.
try stress run --target sqlite --workload wallet --strategy read-modify-write --keys 1 --ops 400 \
	--expect lost-update \
	--report junit=stress-reports/baseline.xml --report json=stress-reports/baseline.json

exit "$status"
