package io.github.palimpsest.cli;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.discovery.Registered;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.safetensors.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for the command: a model with random weights, its tokenizer, and small data. */
public final class TinyModel {
  private TinyModel() {}

  /** Saves the model of the quickstart as a Llama. */
  public static Path save(Path folder) throws IOException {
    return save(folder, Plugins.onClassPath().family("llama"));
  }

  /** Saves a model of the quickstart's shape, of another family. */
  static Path save(Path folder, Registered registered) throws IOException {
    Path tokenizer = Files.createTempDirectory(folder.getParent(), "tokenizer");
    Quickstart quickstart = new Quickstart(1);
    quickstart.writeTokenizer(tokenizer);
    FamilyConfig family = FamilyConfig.of(registered);
    // the names of the tensors are the family's
    DecoderModel model =
        new DecoderModel(family.read("written", family.write(quickstart.model().spec())));
    NewDirectory.save(
        folder,
        family,
        model,
        model.initialWeights(Streams.stream(1, "quickstart-weights", 0, 0)),
        Dtype.F32,
        tokenizer);
    return folder;
  }

  /** Instructions whose answers are words of the model. */
  public static Path instructions(Path file, int count) throws IOException {
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
  public static Path experiment(Path folder, Path model, Path data, String optimizers)
      throws IOException {
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
