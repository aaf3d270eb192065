package io.github.palimpsest.llm.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.NativeLibraries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongFunction;

/** The tokenizer library in native code. Its failures become messages that name the file. */
final class NativeTokenizer implements AutoCloseable {
  static {
    // Without these settings the library reports its use to its makers, and downloads another
    // native library on a machine with CUDA; its JAR has the native library for the CPU.
    unlessSet("ai.djl.offline", "true");
    unlessSet("OPT_OUT_TRACKING", "true");
    unlessSet("RUST_FLAVOR", "cpu");
  }

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;

  /**
   * Reads a tokenizer. If the library panics, the process ends: see {@link TokenizerTrial}.
   *
   * @throws PalimpsestException if the file is not a tokenizer
   */
  NativeTokenizer(Path file, byte[] json) {
    this.file = file;
    try {
      // stated explicitly, since the library by default cuts texts at 512 tokens
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json),
              Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
    } catch (IOException | RuntimeException e) {
      throw new PalimpsestException(file + " is not a tokenizer: " + e.getMessage(), e);
    } catch (LinkageError e) {
      throw new PalimpsestException(
          "the tokenizer library cannot be used: "
              + NativeLibraries.reason(e).orElseGet(e::toString),
          e);
    }
  }

  /**
   * The ids of a text.
   *
   * @param special whether the post-processor may add tokens
   */
  int[] encode(String text, boolean special) {
    return encoded(text, special, NativeTokenizer::ids);
  }

  /** The tokens of a text, without tokens that the post-processor adds. */
  TokenizedText tokenized(String text) {
    return encoded(
        text,
        false,
        encoding ->
            TokenizedText.of(
                text, ids(encoding), TokenizersLibrary.LIB.getTokenCharSpans(encoding)));
  }

  /** The tokens of a text with the characters that each covers. */
  TokenSpans spans(String text) {
    return encoded(
        text,
        false,
        encoding ->
            TokenSpans.of(text, ids(encoding), TokenizersLibrary.LIB.getTokenCharSpans(encoding)));
  }

  /** The library's complete encoding of a text, with the tokens that the post-processor adds. */
  Encoding encoding(String text) {
    try {
      return tokenizer.encode(text, true, false);
    } catch (RuntimeException e) {
      throw unable(e);
    }
  }

  private PalimpsestException unable(RuntimeException e) {
    return new PalimpsestException(file + " cannot encode a text: " + e.getMessage(), e);
  }

  private static int[] ids(long encoding) {
    long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * Reads a part of an encoding in native memory. The library's own class copies the whole
   * encoding, with an object for each token, which takes as long as the encoding.
   */
  private <T> T encoded(String text, boolean special, LongFunction<T> wanted) {
    try {
      long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, special);
      try {
        return wanted.apply(encoding);
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } catch (RuntimeException e) {
      throw unable(e);
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
