package io.github.palimpsest.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whatever the files of a classifier hold, they are read or refused. */
class ClassifierParsersTest implements FuzzTargets {
  private static final int FILES = 300;

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path config = folder.resolve("config.json");
    Path words = folder.resolve("vocabulary.txt");
    return List.of(
        FuzzTarget.of(
            "classifier config",
            FILES,
            input -> {
              Files.write(config, input);
              ClassifierDirectory.model(config);
            },
            """
            {"model_type": "palimpsest-classifier", "classifier": "mlp", "vocabulary_size": 12,
             "width": 8, "layers": 2, "heads": 2, "max_length": 6, "classes": ["a", "b", "c"],
             "tasks": [[0, 1], [2]], "scenario": "task-incremental"}
            """),
        new FuzzTarget(
            "classifier vocabulary",
            FILES,
            List.of("a\nb\n,\n".getBytes(UTF_8)),
            input -> {
              Files.write(words, input);
              Words.read(words);
            }));
  }
}
