package io.github.palimpsest.classifier;

import io.github.palimpsest.llm.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Turns a text into rows of the embedding. Row 0 is padding and row 1 an unknown token; a text
 * without a token is one unknown token.
 */
public interface Tokens extends AutoCloseable {
  /** The row that fills up a batch. */
  int PADDING = 0;

  /** The row of tokens outside the vocabulary. */
  int UNKNOWN = 1;

  /** The files of a tokenizer that decide how it splits. */
  List<String> FILES = List.of("tokenizer.json", "tokenizer_config.json");

  /** The rows of a text: at least one, none of them padding. */
  int[] rows(String text);

  /** The number of rows: one more than the largest. */
  int size();

  /**
   * Writes the files of a vocabulary into the folder of a classifier.
   *
   * @throws IOException if they cannot be written
   */
  void write(Path folder) throws IOException;

  @Override
  default void close() {}

  /**
   * The tokens of a tokenizer, without those that it puts around a text.
   *
   * @param tokenizer is closed with the result
   * @param from the folder with its files
   */
  static Tokens of(TextTokenizer tokenizer, Path from) {
    return new Tokens() {
      @Override
      public int[] rows(String text) {
        int[] rows = tokenizer.encode(text);
        for (int i = 0; i < rows.length; i++) {
          rows[i] += UNKNOWN + 1;
        }
        return rows.length == 0 ? new int[] {UNKNOWN} : rows;
      }

      @Override
      public int size() {
        return tokenizer.vocabularySize() + UNKNOWN + 1;
      }

      @Override
      public void write(Path folder) throws IOException {
        for (String file : FILES) {
          if (Files.exists(from.resolve(file))) {
            Files.write(folder.resolve(file), Files.readAllBytes(from.resolve(file)));
          }
        }
      }

      @Override
      public void close() {
        tokenizer.close();
      }
    };
  }
}
