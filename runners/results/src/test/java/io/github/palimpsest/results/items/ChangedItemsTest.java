package io.github.palimpsest.results.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.query.ResultRows;
import io.github.palimpsest.results.query.ResultTable;
import io.github.palimpsest.results.statistics.McNemar;
import io.github.palimpsest.results.text.ChangedItems;
import io.github.palimpsest.results.text.LostAndGained;
import io.github.palimpsest.results.text.LostAndGainedText;
import io.github.palimpsest.results.text.Results;
import io.github.palimpsest.storage.DamagedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items that were lost and gained, in queries and reports. */
class ChangedItemsTest {
  @TempDir Path temp;

  /** Of 8 items, seed 1 loses 0 and 1 and gains 3; seed 2 loses 0 and gains 3 and 4. */
  private FlippedFolder twoSeeds() throws IOException {
    return new FlippedFolder(temp)
        .cell("sgd", 1, "11100101", "00110101")
        .cell("sgd", 2, "11100101", "01111101");
  }

  private List<List<@Nullable Object>> rows(ResultTable table) {
    List<List<@Nullable Object>> all = new ArrayList<>();
    new ResultRows(temp).write(table, row -> all.add(Arrays.asList(row)));
    return all;
  }

  private ChangedItems changed() {
    return ChangedItems.of(temp, Results.of(temp));
  }

  private LostAndGained changed(String recipe) {
    return changed().rows().stream()
        .filter(r -> r.recipe().equals(recipe) && r.set().equals("quiz"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_table_of_items_has_what_each_set_asks() throws IOException {
    twoSeeds().write(8);
    List<List<@Nullable Object>> items = rows(ResultTable.ITEMS);
    assertThat(items)
        .hasSize(8 + 2)
        .contains(
            List.of("quiz", 1L, "quiz/1", "quiz.jsonl:2", "Which 1?", "[\"x\",\"y\",\"z\"]", "y"),
            Arrays.asList("task", 1L, "task/1", "task.jsonl:2", "Say b.", null, "b"));
    assertThat(items).allSatisfy(r -> assertThat(r).hasSameSizeAs(ResultTable.ITEMS.columns()));
  }

  @Test
  void the_table_of_flips_has_each_item_that_changed_with_the_choices_before_and_after()
      throws IOException {
    twoSeeds().write(8);
    assertThat(rows(ResultTable.FLIPS))
        .as("none of the sets in bits and with halves")
        .containsExactly(
            List.of("sgd-1", "sgd", 1L, "quiz", 0L, "quiz/0", "y", "z", "lost"),
            List.of("sgd-1", "sgd", 1L, "quiz", 1L, "quiz/1", "y", "z", "lost"),
            List.of("sgd-1", "sgd", 1L, "quiz", 3L, "quiz/3", "x", "y", "gained"),
            List.of("sgd-2", "sgd", 2L, "quiz", 0L, "quiz/0", "y", "z", "lost"),
            List.of("sgd-2", "sgd", 2L, "quiz", 3L, "quiz/3", "x", "y", "gained"),
            List.of("sgd-2", "sgd", 2L, "quiz", 4L, "quiz/4", "x", "y", "gained"));
    assertThat(rows(ResultTable.FLIPS).get(0)).hasSameSizeAs(ResultTable.FLIPS.columns());
  }

  @Test
  void p_is_adjusted_over_all_recipes_and_sets() throws IOException {
    // the task has two items that nobody has right: no flip, and p = 1
    twoSeeds().cell("sam", 1, "11111111", "00000001").write(8);
    assertThat(changed().rows())
        .extracting(r -> r.recipe() + " " + r.set())
        .containsExactly("sgd quiz", "sgd task", "sam quiz", "sam task");
    LostAndGained sgd = changed("sgd");
    assertThat(sgd.bySeed()).containsExactly(new McNemar(2, 1), new McNemar(1, 2));
    assertThat(sgd.allSeeds()).isEqualTo(new McNemar(2 + 1, 1 + 2));
    double sam = 2 * Math.pow(0.5, 7); // 7 lost, none gained
    assertThat(changed("sam").allSeeds().exactP()).isCloseTo(sam, within(1e-12));
    assertThat(changed("sam").holm()).as("the smallest of 4").isCloseTo(4 * sam, within(1e-12));
    assertThat(sgd.holm()).as("p = 1").isEqualTo(1);
    assertThat(LostAndGainedText.of(changed()))
        .containsPattern("sam +quiz +8 +1 +7 +0 +0\\.06[23]\n")
        .contains("after Holm over all rows of this table", "of these trained models alone");
    ObjectNode json = Json.object();
    changed().put(json);
    JsonNode row = json.path("lost_and_gained").path(2);
    assertThat(row.path("p").asDouble()).isCloseTo(sam, within(1e-12));
    assertThat(row.path("tests_in_family").asInt()).isEqualTo(4);
    assertThat(row.path("p_holm").asDouble()).isCloseTo(4 * sam, within(1e-12));
    assertThat(row.path("lost_items").path(0).path("text").asText()).isEqualTo("Which 0?");
    assertThat(changed().table().get(3))
        .containsExactly("sam", "quiz", "8", "1", "7", "0", "0.015625", "4", "0.0625");
  }

  @Test
  void at_most_five_are_shown_those_of_most_seeds_first() throws IOException {
    twoSeeds()
        .cell("sam", 1, "11111110000000", "00000001111111")
        .cell("sam", 2, "11111110000000", "11111101111110")
        .write(14);
    assertThat(changed("sgd").lost())
        .containsExactly(
            new LostAndGained.Shown("quiz/0", "Which 0?", "y", "z", "y", 2),
            new LostAndGained.Shown("quiz/1", "Which 1?", "y", "z", "y", 1));
    // seed 2 loses item 6 alone, and gains all but the last
    assertThat(changed("sam").allSeeds()).isEqualTo(new McNemar(7 + 1, 7 + 6));
    assertThat(changed("sam").lost())
        .extracting(LostAndGained.Shown::id)
        .containsExactly("quiz/6", "quiz/0", "quiz/1", "quiz/2", "quiz/3");
    assertThat(changed("sam").gained())
        .extracting(LostAndGained.Shown::id)
        .containsExactlyElementsOf(IntStream.range(7, 12).mapToObj(i -> "quiz/" + i).toList());
    assertThat(LostAndGainedText.of(changed()))
        .contains(
            "sam, quiz: lost\n  quiz/6: Which 6?\n    before: y; after: z; right: y (2 seeds)");
  }

  @Test
  void a_folder_of_an_earlier_version_has_counts_and_no_texts() throws IOException {
    twoSeeds().write();
    assertThat(changed("sgd").allSeeds()).isEqualTo(new McNemar(3, 3));
    assertThat(changed("sgd").hasExamples()).isFalse();
    assertThat(changed().missing()).singleElement().asString().contains("an earlier version");
    assertThat(LostAndGainedText.of(changed())).contains("has no records of the items");
    assertThat(rows(ResultTable.ITEMS)).isEmpty();
    assertThat(rows(ResultTable.FLIPS))
        .hasSize(6)
        .contains(Arrays.asList("sgd-2", "sgd", 2L, "quiz", 4L, null, null, null, "gained"));
  }

  @Test
  void a_damaged_file_of_items_is_named_and_takes_nothing_else_away() throws IOException {
    FlippedFolder folder = twoSeeds();
    folder.write(8);
    Path damaged = folder.quiz();
    Files.writeString(damaged, Files.readString(damaged).replace("Which 0?", "Which O?"));
    assertThat(changed("sgd").allSeeds()).isEqualTo(new McNemar(3, 3));
    assertThat(changed().missing())
        .singleElement()
        .asString()
        .contains(damaged.toString(), "its checksum differs", "'palimpsest run' writes them again");
    assertThat(LostAndGainedText.of(changed())).contains(damaged.getFileName().toString());
    for (ResultTable table : List.of(ResultTable.ITEMS, ResultTable.FLIPS)) {
      assertThatThrownBy(() -> rows(table))
          .as("%s", table)
          .isInstanceOf(DamagedFileException.class)
          .hasMessageContaining(damaged.toString());
    }
    assertThat(rows(ResultTable.SCORES)).as("2 cells, 2 moments, 4 sets").hasSize(2 * 2 * 4);
  }
}
