#!/usr/bin/env bash
# Changes correct components, one instruction at a time (PIT's operators, and those of tensors), and asks the kit about each
# change. Then it writes mutants.md: rules against mutants, the score, and the survivors with their reasons.
# All components take tens of minutes on two cores; name some to try those alone, by their ids:
#   tck/mutants.sh [COMPONENT ...]
set -euo pipefail
cd "$(dirname "$0")/.."
components=$(IFS=,; echo "${*:-all}")
rm -rf tck/target/mutants
# a change may end the process, and one that does not end is ended with it; what was tried is not tried again
for _ in $(seq 20); do
  if ./mvnw -q test -pl tck -am -Dtest=ChangedComponentsTest -Dsurefire.failIfNoSpecifiedTests=false "-Dmutants=$components"; then
    exec ./mvnw -q test -pl tck -am -Dtest=MutantPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dmutants.update=true
  fi
done
echo "too many changes ended the process: see tck/target/surefire-reports" >&2
exit 1
