package io.github.palimpsest.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.CellHistory.Planned;
import io.github.palimpsest.results.folder.CellHistory.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class TensorBoardTest {
  /** All that is known of the finished cell. */
  private static final List<String> ALL =
      List.of(
          "score/a@0=0.0",
          "train/loss@1=" + 1f,
          "train/loss@2=" + 1f / 2,
          "train/loss@3=" + 1f / 3,
          "score/a@3=1.0",
          "train/loss@4=" + 1f / 4,
          "train/loss@5=" + 1f / 5,
          "train/loss@6=" + 1f / 6,
          "score/a@6=0.25",
          "metric/forgetting@6=0.75");

  @TempDir Path temp;

  @Test
  void tensorflows_record_reader_finds_every_number_once_at_its_step() throws IOException {
    try (TensorBoard board = new TensorBoard(temp)) {
      board.show(Histories.grid("toy", temp, Histories.halfWay()));
      assertThat(RecordReader.scalars(temp))
          .as("written while the cell runs")
          .containsExactlyElementsOf(ALL.subList(0, 5));
      board.show(Histories.grid("toy", temp, Histories.finished()));
      board.show(Histories.grid("toy", temp, Histories.finished()));
    }
    assertThat(RecordReader.scalars(temp)).containsExactlyElementsOf(ALL);
  }

  @Test
  void a_process_that_goes_on_with_a_grid_leaves_no_step_twice() throws IOException {
    try (TensorBoard board = new TensorBoard(temp)) {
      board.show(Histories.grid("toy", temp, Histories.halfWay()));
    }
    Path others =
        temp.resolve(TensorBoard.name(Histories.cell())).resolve("events.out.tfevents.1.x");
    Files.createFile(others);
    try (TensorBoard board = new TensorBoard(temp)) {
      board.show(Histories.grid("toy", temp, Histories.finished()));
    }
    assertThat(RecordReader.scalars(temp)).containsExactlyElementsOf(ALL);
    assertThat(others).as("a file that is not ours").exists();
  }

  @Test
  void a_cell_says_what_it_is_and_why_it_failed() throws IOException {
    try (TensorBoard board = new TensorBoard(temp)) {
      board.show(Histories.grid("toy", temp, Histories.failed("loss is NaN | at step 4")));
    }
    List<String> texts =
        RecordReader.summaries(temp).stream()
            .filter(s -> s.value().getMetadata().getPluginData().getPluginName().equals("text"))
            .map(
                s ->
                    s.value().getTag()
                        + ": "
                        + s.value().getTensor().getStringVal(0).toStringUtf8())
            .toList();
    assertThat(texts).hasSize(2);
    assertThat(texts.get(0))
        .startsWith("recipe: ")
        .contains("sam\\(base=adamw\\(lr=0\\.001\\), rho=0\\.1\\) \\+ ewc\\(lambda=100\\) |")
        .contains("| seed | 7 |");
    assertThat(texts.get(1)).isEqualTo("failed: loss is NaN \\| at step 4");
  }

  @Test
  void a_cell_without_work_has_no_folder_and_a_name_cannot_leave_the_folder() throws IOException {
    Planned odd = new Planned("f0f0", "../x/<b>(a=\"y\")", "acme", 1, new TreeMap<>());
    assertThat(TensorBoard.name(Histories.cell(odd))).isEqualTo(".._x__b_(a=_y_)-seed1-f0f0");
    try (TensorBoard board = new TensorBoard(temp)) {
      board.show(
          Histories.grid(
              "toy", temp, new CellHistory(odd, Status.WAITING, Optional.empty(), List.of())));
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void a_folder_that_cannot_be_made_is_named() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> new TensorBoard(file).open())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("the folder for TensorBoard, '" + file + "', cannot be made");
  }

  @Test
  void tensorboards_own_readers_find_scalars_text_and_parameters() throws IOException {
    PythonEnvironment.require("tensorboard");
    try (TensorBoard board = new TensorBoard(temp)) {
      board.show(Histories.grid("toy", temp, Histories.finished()));
    }
    String code =
        """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from tensorboard.plugins.hparams import plugin_data_pb2
        a = EventAccumulator(sys.argv[1]); a.Reload()
        for tag in a.Tags()['scalars']:
            for e in a.Scalars(tag):
                print(f'{tag}@{e.step}={e.value:.6f}')
        for tag, content in sorted(a.summary_metadata.items()):
            plugin = content.plugin_data
            if plugin.plugin_name == 'hparams':
                data = plugin_data_pb2.HParamsPluginData.FromString(plugin.content)
                start = data.session_start_info
                print(tag, start.group_name or data.session_end_info.status)
                for name in sorted(start.hparams):
                    value = start.hparams[name]
                    print(name, getattr(value, value.WhichOneof('kind')))
            if plugin.plugin_name == 'text':
                print(tag, 'is text')
        """;
    assertThat(
            PythonEnvironment.run(
                code, temp.resolve(TensorBoard.name(Histories.cell())).toString()))
        .containsExactly(
            "score/a@0=0.000000",
            "score/a@3=1.000000",
            "score/a@6=0.250000",
            "train/loss@1=1.000000",
            "train/loss@2=0.500000",
            "train/loss@3=0.333333",
            "train/loss@4=0.250000",
            "train/loss@5=0.200000",
            "train/loss@6=0.166667",
            "metric/forgetting@6=0.750000",
            "_hparams_/session_end_info 1",
            "_hparams_/session_start_info sam(rho=0.1) + ewc",
            "axis.optimizer sam(rho=0.1)",
            "axis.strategy ewc",
            "ewc.lambda 100.0",
            "sam.base adamw",
            "sam.base.lr 0.001",
            "sam.rho 0.1",
            "seed 7.0",
            "recipe is text");
  }
}
