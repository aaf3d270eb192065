package io.github.palimpsest.results.folder;

import static io.github.palimpsest.testing.Fuzz.text;

import io.github.palimpsest.storage.Sha256Sums;
import io.github.palimpsest.testing.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the records of an output folder hold, they are read, or refused as damaged. */
class RecordsTest {
  private static final int INPUTS = 1_500;

  @TempDir Path folder;

  private <T> void read(Class<T> type, Consumer<T> use, String... seeds) {
    Path file = folder.resolve("record.json");
    Fuzz.run(
        type.getSimpleName(),
        INPUTS,
        List.of(seeds).stream().map(Fuzz::text).toList(),
        input -> {
          Files.write(file, input);
          use.accept(JsonFile.read(file, type));
        });
  }

  @Test
  void a_result_is_read_or_refused() {
    read(
        CellResult.class,
        r -> {
          r.setScores();
          r.scores().last();
          r.evaluation().values().forEach(CellResult.Evaluation::drift);
          r.learned();
          r.passes();
          r.metric("forgetting");
          r.rehearsalWarnings();
          r.components().forEach(c -> c.id().length());
        },
        CellResultTest.RESULT);
  }

  @Test
  void times_are_read_or_refused() {
    read(
        CellTimes.class,
        t -> {
          t.measured().gpus().size();
          t.stages().forEach(String::length);
        },
        """
        {"measured": {"wall_seconds": 1.5, "steps_taken": 10, "ms_per_step": null, "resumed": true,
        "gpus": ["one"], "processors": 2}, "stages": ["a", "b"]}
        """);
  }

  @Test
  void a_plan_is_read_or_refused() {
    read(
        GridPlan.class,
        p -> {
          p.byId().keySet().forEach(String::length);
          p.higherMetrics();
          p.cells().forEach(c -> c.levels().forEach((axis, level) -> level.length()));
          p.excluded().forEach(e -> (e.levels() + e.rule() + e.reason()).length());
        },
        """
        {"experiment": "x", "design": {"text": "half", "left_out": 2, "resolution": 3, "aliases": ["a"]},
        "cells": [{"id": "c", "label": "sgd", "recipe": "sgd(lr=0.1)", "seed": 1, "levels": {"o": "sgd"}}],
        "metrics": [{"name": "forgetting", "higher_is_better": false}],
        "excluded": [{"levels": "a", "rule": "R", "reason": "because"}]}
        """);
  }

  @Test
  void stages_and_chains_are_read_or_refused() {
    read(
        StageResult.class,
        s -> s.recipe().length(),
        """
        {"id": "s", "task": 1, "recipe": "sgd", "seed": 3, "parent": "p", "format": 2, "examples": 5,
        "steps": 7, "declared_passes": 7.0, "inputs": {"a": "b"}, "measured": {"wall_seconds": 2}}
        """);
    read(
        Chains.class,
        c -> c.cells().values().forEach(x -> x.rows().size()),
        """
        {"without_sharing": 4, "ids": ["a"], "cells": {"c": {"stages": ["a"], "rows": ["r", "s"]}}}
        """);
  }

  @Test
  void what_identifies_a_folder_is_read_or_refused() {
    read(
        ExperimentIdentity.class,
        e -> e.value("model").length(),
        "{\"name\": \"x\", \"sha256\": \"00\", \"shared\": {\"model\": \"m\"}}");
    read(
        RunOrigin.class,
        o -> o.arguments().forEach(String::length),
        "{\"file\": \"x.yaml\", \"directory\": \"/\", \"set\": {\"a\": \"b\"}, \"options\": [\"--x\"]}");
    read(
        CellFailure.class,
        f -> (f.label() + f.reason()).length(),
        "{\"format\": 1, \"id\": \"c\", \"label\": \"l\", \"recipe\": \"r\", \"seed\": 1, \"reason\": \"x\"}");
  }

  @Test
  void rows_of_scores_are_read_or_refused() {
    Path file = folder.resolve("rows.json");
    Fuzz.run(
        "rows",
        INPUTS,
        List.of(
            text("{\"rows\": [{\"a\": {\"value\": 1, \"per_example\": [1], \"weights\": [1]}}]}")),
        input -> {
          Files.write(file, input);
          CellResult.setScores(JsonFile.readRows(file));
        });
  }

  @Test
  void checksums_of_a_folder_are_read_or_refused() {
    Path file = folder.resolve(Sha256Sums.FILE);
    Fuzz.run(
        "SHA256SUMS",
        INPUTS,
        List.of(text("0".repeat(64) + "  result.json\n" + "f".repeat(64) + "  timing.json\n")),
        input -> {
          Files.write(file, input);
          Sha256Sums.of(folder).ifPresent(sums -> sums.names().forEach(String::length));
        });
  }
}
