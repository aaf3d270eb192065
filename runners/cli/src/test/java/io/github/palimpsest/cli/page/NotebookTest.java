package io.github.palimpsest.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The cells of the notebook run in JShell, which evaluates them under Jupyter too. */
@Tag("native")
class NotebookTest {
  private static final Path NOTEBOOK = Path.of("../examples/notebook/two-tasks.ipynb");

  /** Few steps: the table is what matters here, not its numbers. */
  private static final String FEW = "int steps = 4;";

  private static List<String> cells() throws IOException {
    List<String> cells = new ArrayList<>();
    for (JsonNode cell : new ObjectMapper().readTree(NOTEBOOK.toFile()).path("cells")) {
      if (cell.path("cell_type").asText().equals("code")) {
        cells.add(cell.path("source").asText());
      }
    }
    return cells;
  }

  @Test
  void the_cells_run_in_order_and_the_last_one_shows_both_recipes() throws IOException {
    List<String> cells = cells();
    assertThat(cells.get(0)).isEqualTo("int steps = 200;");
    cells.set(0, FEW);
    String shown = "";
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      for (String cell : cells) {
        shown = evaluated(shell, cell);
      }
    }
    assertThat(shown).contains("adamw", "ewc(lambda=10000", "forgetting", "average");
  }

  private static String evaluated(JShell shell, String cell) {
    String rest = cell;
    String value = "";
    while (!rest.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(next.source())) {
        assertThat(shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)))
            .as(next.source())
            .isEmpty();
        assertThat(event.exception()).as(next.source()).isNull();
        value = event.value() == null ? "" : event.value();
      }
      rest = next.remaining();
    }
    return value;
  }
}
