package io.github.palimpsest.classifier;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.llm.json.StrictJson;
import io.github.palimpsest.storage.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A vocabulary of words. A word is a run of letters, marks and digits, in lower case, or one other
 * character that is not white space; texts are compared in the composed form of Unicode (NFC).
 */
public final class Words implements Tokens {
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+|[^\\s\\p{L}\\p{M}\\p{N}]");

  static final String FILE = "vocabulary.txt";
  private static final long MAX_BYTES = 64L << 20;

  private final List<String> listed;
  private final Map<String, Integer> rows = new HashMap<>();

  /**
   * @param listed the words in the order of their rows; the first has row 2
   * @throws PalimpsestException if a word occurs twice, or a text would never contain it
   */
  public Words(List<String> listed) {
    this.listed = List.copyOf(listed);
    for (String word : listed) {
      if (split(word).count() != 1 || !split(word).allMatch(word::equals)) {
        throw new PalimpsestException("'" + word + "' is not one word in lower case");
      }
      if (rows.put(word, rows.size() + UNKNOWN + 1) != null) {
        throw new PalimpsestException("the word '" + word + "' is listed twice");
      }
    }
  }

  /**
   * The most frequent words of some texts; of equally frequent ones, the first in the order of
   * their characters.
   *
   * @param most how many words at most
   */
  public static Words of(Stream<String> texts, int most) {
    Map<String, Long> counts = new HashMap<>();
    texts.flatMap(Words::split).forEach(word -> counts.merge(word, 1L, Long::sum));
    return new Words(
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(most)
            .map(Map.Entry::getKey)
            .toList());
  }

  /**
   * Reads a file with one word a line.
   *
   * @throws PalimpsestException if it is no such file; names it
   */
  static Words read(Path file) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(StrictJson.bytes(file, MAX_BYTES)))
              .toString();
      return new Words(text.lines().toList());
    } catch (CharacterCodingException e) {
      throw new PalimpsestException(file + ": it is not UTF-8", e);
    } catch (IOException e) {
      throw new PalimpsestException(file + ": cannot be read: " + IoReason.of(e), e);
    } catch (PalimpsestException e) {
      throw new PalimpsestException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void write(Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    listed.forEach(word -> text.append(word).append('\n'));
    Files.writeString(folder.resolve(FILE), text);
  }

  private static Stream<String> split(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return WORD.matcher(composed.toLowerCase(Locale.ROOT)).results().map(MatchResult::group);
  }

  /** The words in the order of their rows. */
  public List<String> listed() {
    return listed;
  }

  @Override
  public int[] rows(String text) {
    List<Integer> found = new ArrayList<>();
    split(text).forEach(word -> found.add(rows.getOrDefault(word, UNKNOWN)));
    return found.isEmpty()
        ? new int[] {UNKNOWN}
        : found.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public int size() {
    return listed.size() + UNKNOWN + 1;
  }
}
