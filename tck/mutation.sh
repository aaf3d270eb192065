#!/usr/bin/env bash
# Changes the kit's checks, class by class (PIT), and prints how many changes their tests notice.
# All of them take more than an hour on two cores; name classes to try those alone:
#   tck/mutation.sh [CLASS ...]
# What was not noticed is listed in tck/target/mutation/CLASS.txt, one line for each change.
set -euo pipefail
cd "$(dirname "$0")/.."

# class of the package "checks", and the test classes that are to notice its changes
tests_of() {
  case $1 in
    AdapterChecks | AdapterTrial | EffectiveChecks) echo AdapterMutantsTest ;;
    DataChecks) echo DataMutantsTest ;;
    MergerChecks) echo MergerMutantsTest ;;
    MetricChecks) echo 'MetricMutantsTest FixturesTest' ;;
    ModelChecks) echo ModelMutantsTest ;;
    ProbeChecks) echo ProbeMutantsTest ;;
    RehearsalChecks | RehearsalTrial | MemoryChecks | ChoiceChecks) echo RehearsalMutantsTest ;;
    SampleModel) echo rig.SampleModelTest ;;
    PluginChecks | LoadTrial | TemporaryFolder) echo PluginMutantsTest ;;
    RegularizerChecks | RegularizerTrial | PenaltyChecks | TaskMemoryChecks | TrackedImportance) echo 'RegularizerMutantsTest SoundRegularizersTest' ;;
    OptimizerStepChecks) echo optimizer.OptimizerStepMutantsTest ;;
    OptimizerAscentChecks) echo 'optimizer.OptimizerAscentMutantsTest optimizer.OptimizerRadiusMutantsTest' ;;
    OptimizerStateChecks) echo optimizer.OptimizerStateMutantsTest ;;
    OptimizerRunChecks) echo optimizer.OptimizerRunMutantsTest ;;
    OptimizerTrial) echo 'optimizer.Optimizer*MutantsTest' ;;
    Mistakes) echo checks.MistakesTest ;;
    *) echo 'P*MutantsTest' ;;
  esac
}

out=tck/target/mutation
classes=("$@")
if [ $# -eq 0 ]; then
  for file in tck/src/main/java/io/github/palimpsest/tck/checks/*.java; do
    name=$(basename "$file" .java)
    [ "$name" = package-info ] || classes+=("$name")
  done
fi

noticed=0
all=0
printf '%-24s %8s %6s %6s\n' class noticed of share
for class in "${classes[@]}"; do
  tests=$(for t in $(tests_of "$class"); do echo "io.github.palimpsest.tck.$t"; done | paste -sd, -)
  mkdir -p "$out"
  ./mvnw -q -Pmutation -pl tck -am verify -Dtest=NoTest -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dpit.classes=io.github.palimpsest.tck.checks.$class*" "-Dpit.tests=$tests" \
    >"$out/$class.log" 2>&1 || { tail -n 20 "$out/$class.log"; exit 1; }
  report=tck/target/pit-reports/mutations.xml
  of=$(grep -c '<mutation ' "$report" || true)
  n=$(grep -c "<mutation detected='true'" "$report" || true)
  sed -n "s/<mutation detected='false' status='\([A-Z_]*\)'.*<mutatedMethod>\(.*\)<\/mutatedMethod>.*<lineNumber>\(.*\)<\/lineNumber>.*<description>\(.*\)<\/description>.*/\3 \2 \1: \4/p" \
    "$report" | sort -n >"$out/$class.txt"
  noticed=$((noticed + n))
  all=$((all + of))
  printf '%-24s %8d %6d %5d%%\n' "$class" "$n" "$of" $((of == 0 ? 100 : 100 * n / of))
done
printf '%-24s %8d %6d %5d%%\n' all "$noticed" "$all" $((all == 0 ? 100 : 100 * noticed / all))
