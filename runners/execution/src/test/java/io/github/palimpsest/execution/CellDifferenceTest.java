package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.ExperimentIdentity;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.query.Cause;
import io.github.palimpsest.results.query.CellDifference;
import io.github.palimpsest.results.query.RecipeDifference;
import io.github.palimpsest.results.query.StoredCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class CellDifferenceTest {
  private static final Map<String, String> KINDS =
      Map.of("adamw", "optimizer", "sgd", "optimizer", "sam", "optimizer", "ewc", "regularizer");

  @TempDir Path temp;

  private List<String> run(String name, String axes, String... shared) {
    Plan plan = ToyRun.plan(axes, shared);
    try (ToySubject subject = new ToySubject()) {
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, temp.resolve(name), RunListener.NONE);
    }
    return plan.cells().stream().map(Cell::id).toList();
  }

  private CellDifference difference(String folder, String a, String other, String b) {
    return CellDifference.of(temp.resolve(folder), a, temp.resolve(other), b);
  }

  @Test
  void a_merger_of_the_later_tasks_leaves_the_training_of_the_first_in_common() {
    List<String> ids = run("out", "{optimizer: [sgd], merger: [none, wise-ft]}");
    CellDifference d = difference("out", ids.get(0), "out", ids.get(1));
    assertThat(d.causes())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.layer()).isEqualTo(Cause.Layer.RECIPE);
              assertThat(c.what()).isEqualTo("merger");
              assertThat(c.a()).isEqualTo("none");
              assertThat(c.b()).startsWith("wise-ft");
            });
    assertThat(d.shared()).containsExactly("a");
    d.parting().ifPresent(p -> assertThat(p.after()).as("after the first task").isPositive());
    assertThat(d.metrics()).containsKey("lost");
  }

  @Test
  void causes_stand_deepest_first() {
    String a =
        run(
                "one",
                "{optimizer: [sgd(lr=0.5)]}",
                "task.1.data",
                "x",
                "model",
                "m",
                "tensorflow",
                "1")
            .get(0);
    String b =
        run("two", "{optimizer: [sgd]}", "task.1.data", "y", "model", "n", "tensorflow", "2")
            .get(0);
    assertThat(difference("one", a, "two", b).causes())
        .extracting(c -> c.layer() + " " + c.what() + " " + c.a() + " " + c.b())
        .containsExactly(
            "data task.1.data x y",
            "model model m n",
            "recipe optimizer sgd.lr 0.5 0.1",
            "code tensorflow 1 2");
  }

  @Test
  void scoring_and_machine_lie_above_all_that_trains() {
    assertThat(Cause.Layer.of("task.2.test-examples")).isEqualTo(Cause.Layer.SCORING);
    assertThat(Cause.Layer.of("evaluation.kept.data")).isEqualTo(Cause.Layer.SCORING);
    assertThat(Cause.Layer.of("task.2.filter")).isEqualTo(Cause.Layer.DATA);
    assertThat(Cause.Layer.of("training.clip-norm")).isEqualTo(Cause.Layer.TRAINING);
    assertThat(Cause.Layer.of("code.engine")).isEqualTo(Cause.Layer.CODE);
    assertThat(Cause.Layer.MACHINE).isGreaterThan(Cause.Layer.SCORING);
  }

  @Test
  void threads_that_shared_an_operation_are_a_cause_that_belongs_to_the_machine() {
    String a = run("one", "{optimizer: [sgd]}").get(0);
    run("two", "{optimizer: [sgd]}");
    FolderLayout two = new FolderLayout(temp.resolve("two"));
    ExperimentIdentity said = ExperimentIdentity.of(two).orElseThrow();
    JsonFile.writeSealed(
        two.experiment(), new ExperimentIdentity(said.name(), said.sha256(), said.shared(), 1234));
    CellDifference d = difference("one", a, "two", a);
    assertThat(d.causes())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.layer()).isEqualTo(Cause.Layer.MACHINE);
              assertThat(c.what()).isEqualTo("operation threads");
              assertThat(c.b()).isEqualTo("1234");
            });
    assertThat(d.explained()).isFalse();
  }

  @Test
  void a_certificate_that_came_between_two_runs_explains_no_difference() throws IOException {
    String id = run("one", "{optimizer: [sgd]}").get(0);
    run("two", "{optimizer: [sgd]}");
    Path result = new FolderLayout(temp.resolve("two")).result(id);
    String text = Files.readString(result);
    assertThat(text).contains("\"certificate\" : \"");
    JsonFile.replace(
        result,
        Json.read(
            text.replaceAll("\"certificate\" : \"\\w+\"", "\"certificate\" : \"certified\""),
            JsonNode.class));
    CellDifference d = difference("one", id, "two", id);
    assertThat(d.causes()).isEmpty();
    assertThat(d.explained()).isFalse();
  }

  @Test
  void a_cell_and_itself_differ_in_nothing() {
    List<String> ids = run("out", "{optimizer: [sgd]}");
    CellDifference d = difference("out", ids.get(0).substring(0, 6), "out", ids.get(0));
    assertThat(d.causes()).isEmpty();
    assertThat(d.explained()).isFalse();
    assertThat(d.parting()).isEmpty();
    assertThat(d.shared()).containsExactly("a", "b");
  }

  @Test
  void a_cell_without_a_result_is_compared_by_what_was_planned() {
    List<String> ids = run("out", "{optimizer: [sgd(lr=1e38), sgd]}");
    CellDifference d = difference("out", ids.get(0), "out", ids.get(1));
    assertThat(d.a().status()).isEqualTo(StoredCell.Status.FAILED);
    assertThat(d.causes()).extracting(Cause::what).containsExactly("optimizer sgd.lr");
    assertThat(d.parting()).isEmpty();
  }

  @Test
  void an_unknown_or_unclear_id_is_refused() {
    run("out", "{optimizer: [sgd, sam]}");
    assertThatThrownBy(() -> StoredCell.find(temp.resolve("out"), "nothing"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("has no cell 'nothing'");
    assertThatThrownBy(() -> StoredCell.find(temp.resolve("out"), ""))
        .isInstanceOf(PalimpsestException.class);
  }

  private static List<String> recipes(String a, String b) {
    return RecipeDifference.of(a, b, KINDS).stream()
        .map(c -> c.what() + ": " + c.a() + " -> " + c.b())
        .toList();
  }

  @Test
  void settings_are_compared_however_deep_they_stand() {
    assertThat(recipes("sam(base=adamw(lr=1e-3), rho=0.05)", "sam(base=adamw(lr=2e-3), rho=0.05)"))
        .containsExactly("optimizer sam.base.lr: 0.001 -> 0.002");
    assertThat(recipes("adamw(lr=1e-3)", "sam(base=adamw(lr=2e-3), rho=0.05)"))
        .containsExactly(
            "optimizer: adamw -> sam(rho=0.05) around adamw", "optimizer adamw.lr: 0.001 -> 0.002");
    assertThat(recipes("sam(base=sgd, rho=0.1)", "sam(base=adamw, rho=0.1)"))
        .containsExactly("optimizer sam.base: sgd -> adamw");
    assertThat(recipes("sgd", "adamw + ewc(lambda=3)"))
        .containsExactly("optimizer: sgd -> adamw", "regularizer: none -> ewc(lambda=3)");
    assertThat(recipes("adamw + ewc(lambda=3)", "adamw + ewc(lambda=4)"))
        .containsExactly("regularizer ewc.lambda: 3 -> 4");
  }
}
