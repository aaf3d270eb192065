package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the views of cells read from the page. */
class CellDataTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  private ObjectNode data() throws IOException {
    Path out = MadeUpGrid.small().write(temp.resolve("out"));
    new MadeUpItems("quiz", "Number ", List.of("first", "second", "third"), 7).write(out);
    ObjectNode data = JSON.createObjectNode();
    CellData.put(Report.of(out), data);
    return data;
  }

  @Test
  void every_cell_has_its_scores_settings_and_recipe() throws IOException {
    JsonNode grid = data().path("grid");
    assertThat(grid.path("cells")).hasSize(18);
    JsonNode file = JSON.readTree(temp.resolve("out/cells/00000000abcdef04/result.json").toFile());
    JsonNode cell = grid.path("cells").path(4);
    assertThat(cell.path("id").asText()).isEqualTo("00000000abcdef04");
    assertThat(cell.path("s").asLong()).as("the second of three seeds").isEqualTo(2);
    assertThat(cell.path("m")).as("before, and after each of three tasks").hasSize(4);
    assertThat(cell.path("m").path(3).path(1).asDouble())
        .isCloseTo(file.path("scores").path("after").path(2).path(1).asDouble(), within(1e-7));
    JsonNode recipe = grid.path("recipes").path(cell.path("r").asInt());
    assertThat(recipe.path("label").asText()).isEqualTo("adamw(lr=0.001) + ewc(lambda=100)");
    assertThat(recipe.path("settings").path("ewc.lambda").asText()).isEqualTo("100");
    assertThat(recipe.path("settings").path("adamw").asText()).isEqualTo("yes");
    JsonNode wrapped = grid.path("recipes").path(3);
    assertThat(wrapped.path("settings").path("sam.base=adamw.lr").asText()).isEqualTo("0.001");
    assertThat(grid.path("command").path(0).asText())
        .isEqualTo("palimpsest run 'made up.yaml' --set shared=../shared --cell ");
  }

  @Test
  void intervals_have_the_quantiles_of_t() throws IOException {
    JsonNode t = data().path("grid").path("t");
    assertThat(t).as("up to three seeds").hasSize(3);
    // tan(0.475 pi), and sqrt(2) 0.95 / sqrt(1 - 0.95^2), in closed form
    assertThat(t.path(1).asDouble()).isCloseTo(Math.tan(0.475 * Math.PI), within(1e-9));
    assertThat(t.path(2).asDouble())
        .isCloseTo(Math.sqrt(2) * 0.95 / Math.sqrt(1 - 0.95 * 0.95), within(1e-9));
  }

  @Test
  void items_are_bits_and_equal_ones_are_kept_once() throws IOException {
    ObjectNode data = data();
    JsonNode items = data.path("items");
    List<String> names = new ArrayList<>();
    items.path("sets").forEach(s -> names.add(s.path("name").asText()));
    assertThat(names).contains("quiz", "facts");
    int quiz = names.indexOf("quiz");
    JsonNode bits = data.path("grid").path("cells").path(5).path("b").path(quiz);
    // of 14 items the first 7 are right before, the others after; the lowest bit is the first item
    assertThat(Base64.getDecoder().decode(items.path("bits").path(bits.path(0).asInt()).asText()))
        .containsExactly(0b01111111, 0);
    assertThat(Base64.getDecoder().decode(items.path("bits").path(bits.path(1).asInt()).asText()))
        .containsExactly(0b10000000, 0b00111111);
    assertThat(data.path("grid").path("cells").path(0).path("b").path(quiz)).isEqualTo(bits);
    assertThat(items.path("sets").path(quiz).path("texts").path(8).toString())
        .isEqualTo("[\"quiz/8\",\"Number 8\",\"second\"]");
    assertThat(items.path("left").asInt()).isZero();
    assertThat(items.path("textsLeft").asInt()).isZero();
  }
}
