package io.github.palimpsest.serve;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.quickstart.Quickstart;
import io.github.palimpsest.llm.safetensors.Dtype;
import java.nio.file.Path;

/** The model of the quickstart in a folder, with random weights. */
final class TinyModel {
  private TinyModel() {}

  static HuggingFaceDirectory directory(Path folder) {
    Quickstart quickstart = new Quickstart(1);
    quickstart.save(folder.resolve("tiny"), Plugins.onClassPath(), Dtype.F32);
    return HuggingFaceDirectory.open(folder.resolve("tiny"));
  }

  static ServedModel of(Path folder) {
    HuggingFaceDirectory directory = directory(folder);
    return new ServedModel("tiny", directory, directory.weights(), Device.CPU);
  }
}
