package io.github.palimpsest.cli;

import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for the command: a model with random weights, its tokenizer, and small data. */
final class TinyModel {
  private TinyModel() {}

  /** Saves the model of the quickstart. */
  static Path save(Path folder) throws IOException {
    Path tokenizer = Files.createTempDirectory(folder.getParent(), "tokenizer");
    Quickstart quickstart = new Quickstart(1);
    quickstart.writeTokenizer(tokenizer);
    HuggingFaceDirectory.save(folder, quickstart.model(), quickstart.initialWeights(), tokenizer);
    return folder;
  }

  /** Instructions whose answers are words of the model. */
  static Path instructions(Path file, int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    String letters = "abcdefgh";
    for (int i = 0; i < count; i++) {
      char a = letters.charAt(i % 8);
      char b = letters.charAt(i / 8 % 8);
      lines.append(
          "{\"instruction\": \"reverse %s %s\", \"output\": \"%s %s\"}%n".formatted(a, b, b, a));
    }
    return Files.writeString(file, lines);
  }

  /** An experiment on these files. */
  static Path experiment(Path folder, Path model, Path data, String optimizers) throws IOException {
    String text =
        """
        name: tiny
        model: %s
        tasks:
          - {name: first, data: %s, format: instructions, template: plain, held-out: 4}
          - {name: second, data: %s, format: instructions, template: plain, held-out: 4}
        training: {steps: 3, batch: 4}
        axes:
          optimizer: %s
        seeds: [1]
        """
            .formatted(model, data, data, optimizers);
    return Files.writeString(Files.createTempFile(folder, "experiment", ".yaml"), text);
  }
}
