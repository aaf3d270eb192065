///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 17+
//DEPS io.github.palimpsest:palimpsest-bom:0.2.0-SNAPSHOT@pom
//DEPS io.github.palimpsest:palimpsest-execution
//DEPS io.github.palimpsest:palimpsest-optimizers
//DEPS io.github.palimpsest:palimpsest-ewc
//DEPS io.github.palimpsest:palimpsest-metrics
//DEPS org.slf4j:slf4j-nop:2.0.17

import io.github.palimpsest.execution.library.ExperimentResults;
import io.github.palimpsest.execution.library.Palimpsest;
import io.github.palimpsest.execution.library.Task;

/** Trains two tasks with two recipes and prints what each recipe forgot. */
class two_tasks {
  public static void main(String... arguments) {
    int steps = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
    ExperimentResults results =
        Palimpsest.experiment("two-tasks")
            .model("quickstart")
            .task(Task.of("facts", "quickstart:facts").exactMatch(8))
            .task(Task.of("sorting", "quickstart:sorting").exactMatch(8))
            .recipe("adamw(lr=1e-3)")
            .recipe("adamw(lr=1e-3) + ewc(lambda=10000)")
            .steps(steps)
            .batch(16)
            .run();
    System.out.printf("%-45s %10s %10s%n", "recipe", "forgetting", "average");
    results
        .all()
        .forEach(
            r ->
                System.out.printf(
                    "%-45s %10.3f %10.3f%n",
                    r.recipe(), r.metric("forgetting"), r.metric("average-score")));
  }
}
