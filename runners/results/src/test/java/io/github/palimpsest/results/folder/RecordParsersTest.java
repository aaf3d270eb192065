package io.github.palimpsest.results.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.results.items.Flip;
import io.github.palimpsest.results.items.Item;
import io.github.palimpsest.results.items.SetItems;
import io.github.palimpsest.storage.Sha256Sums;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Whatever the records of an output folder hold, they are read, or refused as damaged. */
class RecordParsersTest implements FuzzTargets {
  private static final int INPUTS = 1_500;

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path sums = Files.createDirectory(folder.resolve("sums")).resolve(Sha256Sums.FILE);
    Path notes = Files.createDirectories(new FolderLayout(folder).work());
    return List.of(
        record(
            folder,
            CellResult.class,
            RecordParsersTest::use,
            CellResultTest.RESULT,
            CellResultTest.MERGED),
        record(
            folder,
            CellTimes.class,
            t -> {
              t.measured().gpus().size();
              t.stages().forEach(String::length);
            },
"""
{"measured": {"wall_seconds": 1.5, "steps_taken": 10, "ms_per_step": null, "resumed": true,
"gpus": ["one"], "processors": 2}, "stages": ["a", "b"]}
"""),
        record(
            folder,
            GridPlan.class,
            RecordParsersTest::use,
"""
{"experiment": "x", "design": {"text": "half", "left_out": 2, "resolution": 3, "aliases": ["a"]},
"cells": [{"id": "c", "label": "sgd", "recipe": "sgd(lr=0.1)", "seed": 1, "levels": {"o": "sgd"}}],
"metrics": [{"name": "forgetting", "higher_is_better": false}],
"excluded": [{"levels": "a", "rule": "R", "reason": "because"}], "until_precise": {"width": 0.5,
"max_seeds": 9, "first_stage": [1, 2, 3], "needed": 7}}
"""),
        record(
            folder,
            StageResult.class,
            s -> s.recipe().length(),
"""
{"id": "s", "task": 1, "recipe": "sgd", "seed": 3, "parent": "p", "format": 2, "examples": 5,
"steps": 7, "declared_passes": 7.0, "inputs": {"a": "b"}, "measured": {"wall_seconds": 2}}
"""),
        record(
            folder,
            StagePoints.class,
            p -> p.points().forEach(x -> x.sets().forEach((set, s) -> x.loss(set))),
"""
{"points": [{"step": 0, "sets": {"a": {"score": 0.5, "loss": 1.5}, "k": {"score": null}}}]}
"""),
        record(
            folder,
            Evaluations.class,
            e -> e.upTo(5).best().ifPresent(b -> Double.toString(b.loss()).length()),
            "{\"evaluations\": [{\"step\": 0, \"loss\": 1.5}, {\"step\": 10, \"loss\": 1.25}]}"),
        record(
            folder,
            TrainingInputs.class,
            i -> i.changed(new TrainingInputs(Map.of("seed", "1"))).forEach(String::length),
            "{\"inputs\": {\"seed\": \"1\", \"recipe\": \"sgd\"}}"),
        record(
            folder,
            TrainingRecord.class,
            r -> r.components().forEach(c -> c.id().length()),
"""
{"format": 1, "recipe": "sgd", "saved_step": 4, "steps": 5, "planned_steps": 9, "first_loss": 2,
"best_step": 4, "evaluations": [{"step": 4, "loss": 1}], "inputs": {"seed": "1"},
"components": [{"id": "sgd", "kind": "optimizer"}], "files": {"model.safetensors": "00"}}
"""),
        record(
            folder,
            SetItems.class,
            RecordParsersTest::use,
"""
{"set": "k", "items": [{"id": "k/0", "origin": "k.json:1", "text": "q", "choices": ["a", "b"],
"gold": 1}, {"id": "k/1", "text": "q", "expected": "a"}]}
"""),
        record(
            folder,
            Chains.class,
            c -> c.cells().values().forEach(x -> x.rows().size()),
"""
{"without_sharing": 4, "ids": ["a"], "cells": {"c": {"stages": ["a"], "rows": ["r", "s"]}}}
"""),
        record(
            folder,
            ExperimentIdentity.class,
            e -> e.value("model").length(),
            "{\"name\": \"x\", \"sha256\": \"00\", \"shared\": {\"model\": \"m\"}}"),
        record(
            folder,
            RunOrigin.class,
            o -> o.arguments().forEach(String::length),
            "{\"file\": \"x.yaml\", \"directory\": \"/\", \"set\": {\"a\": \"b\"}, \"options\":"
                + " [\"--x\"]}"),
        record(
            folder,
            CellFailure.class,
            f -> (f.label() + f.reason()).length(),
            "{\"format\": 1, \"id\": \"c\", \"label\": \"l\", \"recipe\": \"r\", \"seed\": 1,"
                + " \"reason\": \"x\"}"),
        record(
            folder,
            ProbeResult.class,
            m -> {
              m.cell().length();
              m.probe().length();
              m.on().length();
              m.summary().values().forEach(Double::doubleValue);
            },
            "{\"cell\": \"c\", \"probe\": \"sharpness(rho=0.1)\", \"on\": \"a\", \"examples\": 3,"
                + " \"values\": {\"sharpness\": 0.5, \"z[0,0]\": 1.5}}"),
        record(
            folder,
            StageProbe.class,
            m -> {
              (m.stage() + m.recipe() + m.first() + m.probe() + m.on()).length();
              m.summary().values().forEach(Double::doubleValue);
              Double.toString(m.cost().seconds()).length();
            },
            "{\"stage\": \"s\", \"task\": 1, \"recipe\": \"sgd\", \"first\": \"sgd\", \"seed\": 1,"
                + " \"probe\": \"sam-gap\", \"on\": \"a\", \"examples\": 3, \"loss\": 0.5,"
                + " \"distance\": 2, \"values\": {\"gap\": 0.5}, \"cost\": {\"passes\": 5,"
                + " \"seconds\": 0.1}}"),
        file(
            folder,
            "StageFailure",
            f -> JsonFile.read(f, StageResult.class).failure(),
            f -> f.reason().length(),
            "{\"id\": \"s\", \"recipe\": \"sgd\", \"task\": 2, \"step\": 7,"
                + " \"reason\": \"the loss is NaN\"}"),
        FuzzTarget.of(
            "rows",
            INPUTS,
            input -> {
              Path file = folder.resolve("rows.json");
              Files.write(file, sealed(input));
              CellResult.setScores(JsonFile.readRows(file));
            },
            "{\"rows\": [{\"a\": {\"value\": 1, \"per_example\": [1], \"weights\": [1], \"chosen\":"
                + " [0]}}]"),
        FuzzTarget.of(
            "note of a run",
            INPUTS,
            input -> {
              Files.write(notes.resolve("run-1.json"), input);
              for (RunNote note : RunNote.all(new FolderLayout(folder))) {
                (note.words("sgd") + note.recipe() + note.cell()).length();
              }
            },
            "{\"pid\": 1, \"process_started\": \"2026-01-01T00:00:00Z\", \"doing\": \"training\","
                + " \"task\": 1, \"recipe\": \"sgd\", \"seed\": 1, \"step\": 3, \"steps\": 7}"),
        FuzzTarget.of(
            "losses",
            INPUTS,
            input -> {
              Path file = folder.resolve(LossLog.FILE);
              Files.write(file, input);
              LossLog.read(file);
            },
            "step,loss\n1,0.5\n2,0.25\n3,NaN\n",
            "step,loss,gradient_norm\n1,0.5,2.5\n2,0.25,\n"),
        FuzzTarget.of(
            "SHA256SUMS",
            INPUTS,
            input -> {
              Files.write(sums, input);
              Sha256Sums.of(sums.getParent()).ifPresent(s -> s.names().forEach(String::length));
            },
            "0".repeat(64) + "  result.json\n" + "f".repeat(64) + "  timing.json\n"));
  }

  /** The last field of an object, and its end. */
  private static byte[] sealed(byte[] text) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(text);
    all.write((",\n  \"checksum\" : \"" + Sha256Sums.hex(text) + "\"\n}\n").getBytes(UTF_8));
    return all.toByteArray();
  }

  private static <T> FuzzTarget record(
      Path folder, Class<T> type, Consumer<T> use, String... seeds) {
    return file(folder, type.getSimpleName(), f -> JsonFile.read(f, type), use, seeds);
  }

  private static <T> FuzzTarget file(
      Path folder, String name, Function<Path, T> read, Consumer<T> use, String... seeds) {
    Path file = folder.resolve(name + ".json");
    return FuzzTarget.of(
        name,
        INPUTS,
        input -> {
          Files.write(file, input);
          use.accept(read.apply(file));
        },
        seeds);
  }

  private static void use(CellResult r) {
    r.setScores();
    r.scores().last();
    r.evaluation().values().forEach(CellResult.Evaluation::drift);
    r.learned();
    r.unmergedScores();
    r.unmerged().ifPresent(u -> u.drift("stories"));
    r.passes();
    r.metric("forgetting");
    r.rehearsalWarnings();
    r.components().forEach(c -> c.id().length());
    for (Flip.OfSet set : Flip.of(r, measure -> new ScoreScale(measure, "", true))) {
      set.flips().forEach(f -> (f.set() + f.change()).length());
      (set.lost() + "/" + set.gained()).length();
    }
  }

  private static void use(SetItems s) {
    for (int i = 0; i <= s.items().size(); i++) {
      s.at(i)
          .ifPresent(
              item -> {
                (item.id() + item.origin() + item.right().orElse("")).length();
                Item.cut(item.text(), 3).length();
                item.choice(-1);
                item.choices().forEach(String::length);
              });
    }
  }

  private static void use(GridPlan p) {
    p.byId().keySet().forEach(String::length);
    p.higherMetrics();
    p.analysisSettings();
    p.cells().forEach(c -> c.levels().forEach((axis, level) -> level.length()));
    p.excluded().forEach(e -> (e.levels() + e.rule() + e.reason()).length());
  }
}
