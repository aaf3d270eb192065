package io.github.palimpsest.results.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellResultTest {
  /** Two tasks and a kept set; what has no score is null. */
  static final String RESULT =
      """
      {
        "format" : 1,
        "id" : "c0ffee",
        "experiment" : "made-up",
        "label" : "sam",
        "recipe" : "sam(rho=0.05)",
        "seed" : 3,
        "measure" : "exact-match",
        "higher_is_better" : true,
        "tasks" : [ "first", "second" ],
        "steps" : [ 10, 20 ],
        "scores" : {
          "before" : [ 0.0, null ],
          "after" : [ [ 0.75, 0.125 ], [ 0.5, 1.0 ] ]
        },
        "kept" : {
          "stories" : {
            "measure" : "nats-per-token",
            "before" : 1.5,
            "after" : [ 1.75, 2.25 ]
          }
        },
        "metrics" : {
          "forgetting" : 0.25,
          "forward-transfer" : null
        },
        "declared_cost" : {
          "passes_per_step" : 2.0,
          "slots_per_parameter" : 2.0,
          "snapshots_per_task" : 0.0
        },
        "components" : [ {
          "id" : "sam",
          "kind" : "optimizer",
          "plugin" : "palimpsest-optimizers",
          "version" : "0.1.0",
          "jar" : "optimizers.jar",
          "sha256" : "00",
          "certificate" : "unchecked"
        } ],
        "inputs" : {
          "model" : "none"
        },
        "rows" : [ {
          "first" : {
            "value" : 0.0,
            "per_example" : [ 0.0, 0.0 ],
            "weights" : [ 1.0, 1.0 ]
          }
        }, {
          "first" : {
            "value" : 0.5,
            "per_example" : [ 1.0, 0.0 ]
          }
        } ]
      }
      """;

  @TempDir Path folder;

  private CellResult read(String text) throws IOException {
    return JsonFile.read(Files.writeString(folder.resolve("result.json"), text), CellResult.class);
  }

  @Test
  void a_result_that_is_read_and_written_again_has_the_same_bytes() throws IOException {
    JsonFile.write(folder.resolve("again.json"), read(RESULT));
    assertThat(folder.resolve("again.json")).hasContent(RESULT);
  }

  @Test
  void what_has_no_number_reads_as_none() throws IOException {
    CellResult result = read(RESULT);
    assertThat(result.metric("forward-transfer")).isNaN();
    assertThat(result.metric("no such metric")).isNaN();
    assertThat(result.scores().before()[1]).isNaN();
  }

  @Test
  void sums_follow_from_the_fields() throws IOException {
    CellResult result = read(RESULT);
    assertThat(result.passes()).isEqualTo((10 + 20) * 2.0);
    assertThat(result.learned()).isEqualTo((0.75 + 1.0) / 2);
    assertThat(result.evaluation().get("stories").drift()).isEqualTo(2.25 - 1.5);
  }

  @Test
  void the_weights_of_the_first_row_count_in_all() throws IOException {
    assertThat(read(RESULT).setScores().get(1).get("first").weights()).containsExactly(1, 1);
  }

  @Test
  void another_type_than_a_field_has_is_refused_with_the_name_of_the_file() {
    assertThatThrownBy(() -> read(RESULT.replace("\"seed\" : 3", "\"seed\" : [ 3 ]")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("result.json")
        .hasMessageContaining("seed");
  }

  @Test
  void a_field_that_must_be_there_is_named_where_it_is_missing() {
    assertThatThrownBy(() -> read(RESULT.replace("\"recipe\"", "\"other\"")))
        .hasMessageContaining("result.json")
        .hasMessageContaining("'recipe' is missing");
  }
}
