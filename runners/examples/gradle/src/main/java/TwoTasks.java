import io.github.palimpsest.execution.library.ExperimentResults;
import io.github.palimpsest.execution.library.Palimpsest;
import io.github.palimpsest.execution.library.Task;

final class TwoTasks {
  public static void main(String[] arguments) {
    ExperimentResults results =
        Palimpsest.experiment("two-tasks")
            .model("quickstart")
            .task(Task.of("facts", "quickstart:facts").exactMatch(8))
            .task(Task.of("sorting", "quickstart:sorting").exactMatch(8))
            .recipe("adamw(lr=1e-3)")
            .recipe("adamw(lr=1e-3) + ewc(lambda=10000)")
            .steps(200)
            .batch(16)
            .run();
    results.all().forEach(r -> System.out.println(r.recipe() + " " + r.metric("forgetting")));
  }
}
