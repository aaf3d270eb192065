package io.github.palimpsest.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.results.folder.Chains;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.StageProbe;
import io.github.palimpsest.results.query.ResultDatabase;
import io.github.palimpsest.results.query.ResultTable;
import io.github.palimpsest.storage.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ResultDatabaseTest {
  @TempDir static Path temp;

  private static Path out = Path.of("");
  private static List<String> cells = List.of();

  @BeforeAll
  static void run() {
    out = temp.resolve("out");
    // the first cannot be trained
    Plan plan = ToyRun.pointed("{optimizer: [sgd(lr=1e38), sgd, sam]}", "task.1.data", "abc");
    cells = plan.cells().stream().map(Cell::id).toList();
    try (ToySubject subject = new ToySubject()) {
      ExperimentRun.run(plan, RunSettings.DEFAULT, subject, out, RunListener.NONE);
    }
    Chains.of(new FolderLayout(out)).cells().forEach((cell, chain) -> probe(chain.stages().get(0)));
  }

  private static void probe(String stage) {
    new StageProbe(
            stage,
            1,
            "sgd",
            stage,
            1,
            "sam-gap",
            "a",
            4,
            0.5,
            1,
            new TreeMap<>(Map.of("gap", 0.25)),
            new StageProbe.Cost(5, 0.1))
        .write(new FolderLayout(out).stageProbe(stage, "p"));
  }

  private static List<List<@Nullable Object>> rows(String sql) {
    return ResultDatabase.query(out, sql).rows();
  }

  private static List<@Nullable Object> column(String sql) {
    List<@Nullable Object> all = new ArrayList<>();
    rows(sql).forEach(r -> all.add(r.get(0)));
    return all;
  }

  @Test
  void cells_have_their_state_steps_and_passes() {
    assertThat(rows("SELECT id, status, steps, declared_passes, gradient_passes FROM cells"))
        .containsExactly(
            java.util.Arrays.asList(cells.get(0), "failed", null, null, null),
            List.of(cells.get(1), "finished", 30L, 30.0, 30L),
            List.of(cells.get(2), "finished", 30L, 60.0, 30L));
    assertThat(column("SELECT reason FROM cells WHERE status = 'failed'").get(0).toString())
        .isNotEmpty();
  }

  @Test
  void scores_are_the_means_of_their_examples() {
    assertThat(
            column(
                "SELECT max(abs(score - mean)) FROM scores JOIN (SELECT cell, after, eval_set,"
                    + " sum(outcome * weight) / sum(weight) AS mean FROM examples GROUP BY ALL)"
                    + " USING (cell, after, eval_set)"))
        .singleElement()
        .satisfies(d -> assertThat((Double) d).isLessThan(1e-12));
    assertThat(column("SELECT count(*) FROM examples"))
        .as("2 cells, 3 moments, 3 sets, 20 examples")
        .containsExactly(2L * 3 * 3 * 20);
    assertThat(column("SELECT DISTINCT eval_set FROM scores WHERE task IS NULL"))
        .containsExactly("kept");
  }

  @Test
  void metrics_have_the_drift_of_each_evaluation_set() {
    assertThat(
            rows(
                "SELECT m.cell, m.higher_is_better, m.value = z.score - a.score FROM metrics m"
                    + " JOIN scores a ON m.cell = a.cell AND a.eval_set = 'kept' AND a.after = 0"
                    + " JOIN scores z ON m.cell = z.cell AND z.eval_set = 'kept' AND z.after = 2"
                    + " WHERE m.metric = 'drift of kept' ORDER BY m.cell"))
        .as("the drift, in the direction of the set's own measure")
        .containsExactlyInAnyOrder(
            List.of(cells.get(1), true, true), List.of(cells.get(2), true, true));
  }

  @Test
  void every_table_can_be_read_and_joined_by_ids() {
    for (ResultTable table : ResultTable.values()) {
      ResultDatabase.Answer all = ResultDatabase.query(out, "SELECT * FROM " + table);
      assertThat(all.columns())
          .as(table.toString())
          .containsExactlyElementsOf(table.columns().stream().map(c -> c.name()).toList());
      assertThat(all.rows().isEmpty())
          .as("%s of one seed without mergers and benchmark tasks", table)
          .isEqualTo(
              table == ResultTable.EFFECTS
                  || table == ResultTable.ITEMS
                  || table == ResultTable.UNMERGED_METRICS
                  || table == ResultTable.UNMERGED_SCORES);
    }
    assertThat(
            column(
                "SELECT count(*) FROM cell_stages cs JOIN stages s ON cs.stage = s.id JOIN losses l"
                    + " ON l.stage = s.id WHERE cs.cell = '"
                    + cells.get(1)
                    + "'"))
        .as("a loss a step")
        .containsExactly(30L);
    assertThat(column("SELECT DISTINCT value FROM inputs WHERE name = 'task.1.data'"))
        .containsExactly("abc");
  }

  @Test
  void points_lie_along_the_stages_and_curves_follow_from_those_of_the_last() {
    assertThat(column("SELECT DISTINCT step FROM points ORDER BY step"))
        .containsExactly(0L, 5L, 10L, 15L);
    assertThat(
            column(
                "SELECT max(abs(c.value - m.value)) FROM curves c JOIN metrics m ON c.cell = m.cell"
                    + " WHERE c.outcome = 'forgetting' AND m.metric = 'lost' AND c.step = 15"))
        .as("the forgetting at the last point is -(R[2, 1] - R[1, 1])")
        .hasSize(1);
    assertThat(rows("SELECT outcome, at_equal, seeds, left_out FROM equal_loss WHERE low IS NULL"))
        .as("one seed carries no interval")
        .contains(List.of("forgetting", "loss", 1L, 0L), List.of("drift of kept", "steps", 1L, 0L));
  }

  @Test
  void nothing_can_be_changed_and_no_other_file_be_seen() throws IOException {
    TreeMap<String, String> before = content();
    for (String sql :
        List.of(
            "DELETE FROM cells",
            "DROP TABLE cells",
            "INSERT INTO levels VALUES ('a', 'b', 'c')",
            "CREATE TABLE more (a INTEGER)",
            "COPY cells TO '" + temp.resolve("stolen.csv") + "'",
            "SELECT * FROM read_csv('" + out.resolve("plan.json") + "')",
            "SET enable_external_access = true")) {
      assertThatThrownBy(() -> ResultDatabase.query(out, sql))
          .as(sql)
          .isInstanceOf(PalimpsestException.class)
          .message()
          .hasLineCount(1);
    }
    assertThat(content()).isEqualTo(before);
    assertThat(temp.resolve("stolen.csv")).doesNotExist();
  }

  private static TreeMap<String, String> content() throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(out)) {
      for (Path f : files.filter(Files::isRegularFile).toList()) {
        all.put(f.toString(), Fingerprint.of(f));
      }
    }
    return all;
  }

  @Test
  void a_wrong_question_is_refused_with_the_nearest_name() {
    assertThatThrownBy(() -> ResultDatabase.query(out, "SELECT * FROM cels"))
        .hasMessageContaining("Did you mean \"cells\"?");
    assertThatThrownBy(() -> ResultDatabase.query(temp.resolve("nowhere"), "SELECT 1"))
        .hasMessageContaining("is not an output folder");
  }

  @Test
  void exported_files_hold_the_same_rows() throws IOException {
    Path csv = temp.resolve("csv");
    assertThat(ResultDatabase.export(out, csv, ResultDatabase.Format.CSV))
        .hasSize(ResultTable.values().length);
    List<String> lines = Files.readAllLines(csv.resolve("metrics.csv"));
    assertThat(lines.get(0)).isEqualTo("cell,metric,value,higher_is_better");
    assertThat(lines).hasSize(1 + rows("SELECT * FROM metrics").size());
    Path parquet = temp.resolve("parquet");
    ResultDatabase.export(out, parquet, ResultDatabase.Format.PARQUET);
    assertThat(
            new io.github.palimpsest.llm.text.RecordFile(
                    parquet.resolve("examples.parquet"), java.util.Optional.empty())
                .records())
        .hasSize(360);
    assertThatThrownBy(() -> ResultDatabase.export(out, csv, ResultDatabase.Format.CSV))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("already exists");
  }

  @Test
  void a_folder_to_export_to_means_itself() throws IOException {
    for (String name : List.of("[a] *?", "~", "it's 100% \"{b}\"", "s3:", "\u00fc")) {
      Path folder = temp.resolve("export").resolve(name);
      for (Path file : ResultDatabase.export(out, folder, ResultDatabase.Format.CSV)) {
        assertThat(file).exists().hasParentRaw(folder);
      }
    }
  }

  @Test
  void the_plan_names_what_is_missing() throws IOException {
    JsonNode plan = JsonFile.read(new FolderLayout(out).plan());
    assertThat(column("SELECT cell FROM levels").stream().map(Object::toString).toList())
        .isEqualTo(plan.path("cells").findValuesAsText("id"));
  }
}
