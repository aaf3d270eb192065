package io.github.palimpsest.llm.gguf;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whatever a GGUF file holds, it is read or refused. */
class GgufParsersTest implements FuzzTargets {
  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path file = folder.resolve("model.gguf");
    byte[] small =
        new GgufBytes()
            .key("general.architecture", "llama")
            .key("general.alignment", 32)
            .key("llama.block_count", 2)
            .key("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .key("tokenizer.ggml.add_bos_token", true)
            .key("tokenizer.ggml.tokens", List.of("<s>", "a", "\u00e9"))
            .key("tokenizer.ggml.scores", List.of(0f, -1f, -2f))
            .key("tokenizer.ggml.token_type", List.of(3, 1, 1))
            .tensor("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6)
            .tensor("b", Shape.of(2), 1, 2)
            .bytes();
    return List.of(
        new FuzzTarget(
            "gguf",
            1_000,
            List.of(small),
            input -> {
              Files.write(file, input);
              GgufFile read = GgufFile.open(file);
              for (String name : read.names()) {
                read.copy(name);
              }
            }));
  }
}
