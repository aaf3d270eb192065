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

  /** Of a recipe whose merger acts only at the end: one row, and its training apart. */
  static final String MERGED =
      """
      {
        "format" : 1,
        "id" : "c0ffee",
        "experiment" : "made-up",
        "label" : "sam | wise-ft",
        "recipe" : "sam(rho=0.05) | wise-ft(alpha=0.5)",
        "seed" : 3,
        "measure" : "exact-match",
        "higher_is_better" : true,
        "tasks" : [ "first", "second" ],
        "steps" : [ 10, 20 ],
        "scores" : {
          "before" : [ 0.0, null ],
          "after" : [ [ null, null ], [ 0.25, 0.625 ] ]
        },
        "kept" : {
          "stories" : {
            "measure" : "nats-per-token",
            "before" : 1.5,
            "after" : [ null, 2.0 ]
          }
        },
        "metrics" : {
          "forgetting" : null
        },
        "declared_cost" : {
          "passes_per_step" : 2.0,
          "slots_per_parameter" : 2.0,
          "snapshots_per_task" : 0.0
        },
        "components" : [ {
          "id" : "wise-ft",
          "kind" : "merger",
          "plugin" : "palimpsest-wise-ft",
          "version" : "0.1.0",
          "jar" : "wise-ft.jar",
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
        }, { }, {
          "first" : {
            "value" : 0.25,
            "per_example" : [ 0.5, 0.0 ]
          }
        } ],
        "merging" : {
          "after" : "last-task",
          "unmerged" : {
            "label" : "sam",
            "recipe" : "sam(rho=0.05)",
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
              "forgetting" : 0.25
            },
            "rows" : [ {
              "first" : {
                "value" : 0.5,
                "per_example" : [ 0.0, 1.0 ]
              }
            } ]
          }
        }
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

  @Test
  void a_result_merged_at_the_end_is_read_and_written_again_with_the_same_bytes()
      throws IOException {
    JsonFile.write(folder.resolve("again.json"), read(MERGED));
    assertThat(folder.resolve("again.json")).hasContent(MERGED);
  }

  @Test
  void a_model_merged_at_the_end_has_learned_what_its_only_row_says() throws IOException {
    CellResult merged = read(MERGED);
    assertThat(merged.learned()).isEqualTo((0.25 + 0.625) / 2);
    assertThat(merged.evaluation().get("stories").drift()).isEqualTo(2.0 - 1.5);
    assertThat(merged.unmerged().orElseThrow().drift("stories")).isEqualTo(2.25 - 1.5);
    assertThat(merged.setScores().get(1)).as("no merged model after the first task").isEmpty();
    assertThat(merged.unmergedScores().get(1).get("first").weights()).containsExactly(1, 1);
    assertThat(read(RESULT).unmerged()).isEmpty();
  }

  @Test
  void a_result_that_may_mix_merged_and_unmerged_models_is_refused() throws IOException {
    String old = MERGED.replaceAll(",\n  \"merging\"(?s:.)*", "\n}\n");
    Path file = Files.writeString(folder.resolve("result.json"), old);
    assertThatThrownBy(() -> CellResult.of(file))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("result.json")
        .hasMessageContaining("may mix merged and unmerged models: run the experiment again");
    Files.writeString(file, RESULT);
    assertThat(CellResult.of(file).merging()).as("without a merger there is no doubt").isNull();
    Files.writeString(file, old.replace("[ \"first\", \"second\" ]", "[ \"first\" ]"));
    assertThat(CellResult.of(file).tasks()).as("one task has one row").hasSize(1);
  }

  @Test
  void a_merger_at_the_end_without_its_training_is_refused() {
    assertThatThrownBy(() -> read(MERGED.replace("\"unmerged\"", "\"other\"")))
        .hasMessageContaining("'unmerged' is missing");
  }
}
