package io.github.palimpsest.llm.text;

import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import io.github.palimpsest.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whatever a {@code tokenizer.json} holds, it is refused, or tried in a process of its own, or the
 * native library reads it in this one without a panic, which would end the tests.
 */
class TokenizerParsersTest implements FuzzTargets {
  private static final String TEXT = "Zoë has 12 cats.\n\n  And 3\tdogs";

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path file = Path.of("tokenizer.json");
    return List.of(
        new FuzzTarget(
            "tokenizer.json",
            500,
            List.of(golden("tok_a"), golden("tok_b"), golden("tok_c")),
            input -> {
              TokenizerJson json = TokenizerJson.of(file, input);
              json.size();
              if (TokenizerParts.wellKnown(json.tree())) {
                try (NativeTokenizer tokenizer = new NativeTokenizer(file, input)) {
                  tokenizer.decode(tokenizer.encode(TEXT, true), false);
                }
              }
            }));
  }

  private static byte[] golden(String name) throws IOException {
    return Files.readAllBytes(
        Golden.root().resolve("tokenizer").resolve(name).resolve("tokenizer.json"));
  }
}
