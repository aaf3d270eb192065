package io.github.palimpsest.serve;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.decoder.config.FamilyConfig;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.model.NewDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The model of the quickstart in a folder, with random weights. */
final class TinyModel {
  private TinyModel() {}

  static HuggingFaceDirectory directory(Path folder) throws IOException {
    Quickstart quickstart = new Quickstart(1);
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    quickstart.writeTokenizer(tokenizer);
    NewDirectory.save(
        folder.resolve("tiny"),
        FamilyConfig.of(Plugins.onClassPath().family("llama")),
        quickstart.model(),
        quickstart.initialWeights(),
        tokenizer);
    return HuggingFaceDirectory.open(folder.resolve("tiny"));
  }

  static ServedModel of(Path folder) throws IOException {
    HuggingFaceDirectory directory = directory(folder);
    return new ServedModel("tiny", directory, directory.weights(), Device.CPU);
  }
}
