package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.palimpsest.api.PalimpsestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The tokenizer library in native code, with its failures as messages that name the file. */
final class NativeTokenizer implements AutoCloseable {
  static {
    // The library would otherwise report its use to its makers, and fetch another native library on
    // a machine with CUDA; the one for the CPU is in its JAR.
    unlessSet("ai.djl.offline", "true");
    unlessSet("OPT_OUT_TRACKING", "true");
    unlessSet("RUST_FLAVOR", "cpu");
  }

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;

  /**
   * Reads a tokenizer. Where the library panics the process ends: see {@link TokenizerTrial}.
   *
   * @throws PalimpsestException if it is none
   */
  NativeTokenizer(Path file, byte[] json) {
    this.file = file;
    try {
      // said outright, since the library's default cuts texts at 512 tokens
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json),
              Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(file + " is not a tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * The ids of a text.
   *
   * @param special whether the post-processor may add tokens
   */
  int[] encode(String text, boolean special) {
    return Arrays.stream(encoding(text, special).getIds()).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * The tokens of a text.
   *
   * @param special whether the post-processor may add tokens
   */
  Encoding encoding(String text, boolean special) {
    try {
      return tokenizer.encode(text, special, false);
    } catch (RuntimeException e) {
      throw new PalimpsestException(file + " cannot encode a text: " + e.getMessage(), e);
    }
  }

  /**
   * The text of some ids.
   *
   * @param skipSpecial whether special tokens are left out
   */
  String decode(int[] ids, boolean skipSpecial) {
    try {
      return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
    } catch (RuntimeException e) {
      throw new PalimpsestException(file + " cannot decode tokens: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static void unlessSet(String property, String value) {
    if (System.getenv(property) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
