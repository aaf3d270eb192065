package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the records of a data file: {@code read} are those held out, those used, and those
 * dropped for each reason, and nothing else. Documents of a plain text count as records.
 *
 * @param read records that the filter and the limit let through
 * @param heldOut records kept for evaluation
 * @param emptyAnswers dropped, since they have no answer, or no text, that could be learned
 * @param twins dropped, since they have the text of one that is held out
 * @param withoutTarget dropped, since no token to learn is within the length
 * @param notChosen left out, since fewer were asked for
 * @param cut used, without their end
 * @param unansweredTurns turns of a chat after its last answer, which are left out
 * @param emptyTurns answers within a chat or history that are empty: they are read, not learned
 * @param examples what the records that are used became; windows make several of one
 */
@Experimental(since = "0.1")
public record DataCounts(
    long read,
    long heldOut,
    long emptyAnswers,
    long twins,
    long withoutTarget,
    long notChosen,
    long cut,
    long unansweredTurns,
    long emptyTurns,
    long examples) {

  /** Records that were read and dropped since they had nothing to learn. */
  public static DataCounts read(
      long read, long emptyAnswers, long unansweredTurns, long emptyTurns) {
    return new DataCounts(read, 0, emptyAnswers, 0, 0, 0, 0, unansweredTurns, emptyTurns, 0);
  }

  /** So many records, all of which are used if nothing else is said. */
  public static DataCounts of(long read) {
    return read(read, 0, 0, 0);
  }

  /** Numbers by name, as {@link #byName} gives them; those that are missing are 0. */
  public static DataCounts of(Map<String, Long> byName) {
    return new DataCounts(
        byName.getOrDefault("read", 0L),
        byName.getOrDefault("held_out", 0L),
        byName.getOrDefault("dropped_empty", 0L),
        byName.getOrDefault("dropped_as_held_out", 0L),
        byName.getOrDefault("dropped_without_target", 0L),
        byName.getOrDefault("examples_not_chosen", 0L),
        byName.getOrDefault("cut", 0L),
        byName.getOrDefault("turns_unanswered", 0L),
        byName.getOrDefault("turns_empty", 0L),
        byName.getOrDefault("examples", 0L));
  }

  /** Whether anything that was read is not used, or not all of it. */
  public boolean lost() {
    return dropped() + notChosen + cut + unansweredTurns + emptyTurns > 0;
  }

  /**
   * Some records are held out.
   *
   * @param held how many
   * @param sameText how many others are dropped since one that is held out has their text
   */
  public DataCounts heldOut(long held, long sameText) {
    return new DataCounts(
        read,
        held,
        emptyAnswers,
        sameText,
        withoutTarget,
        notChosen,
        cut,
        unansweredTurns,
        emptyTurns,
        examples);
  }

  /**
   * The rest became examples.
   *
   * @param dropped records without a token to learn
   * @param cutShort records of which the end is left out
   * @param number examples
   */
  public DataCounts encoded(long dropped, long cutShort, long number) {
    return new DataCounts(
        read,
        heldOut,
        emptyAnswers,
        twins,
        dropped,
        notChosen,
        cutShort,
        unansweredTurns,
        emptyTurns,
        number);
  }

  /** The rest became {@code all} examples, of which {@code some} are used. */
  public DataCounts chosen(long all, long some) {
    return new DataCounts(
        read,
        heldOut,
        emptyAnswers,
        twins,
        withoutTarget,
        all - some,
        cut,
        unansweredTurns,
        emptyTurns,
        some);
  }

  /** Records that gave an example, those whose examples were not chosen included. */
  public long used() {
    return read - heldOut - dropped();
  }

  /** Records that are neither used nor held out. */
  public long dropped() {
    return emptyAnswers + twins + withoutTarget;
  }

  /** All numbers by name, in a fixed order. */
  public Map<String, Long> byName() {
    Map<String, Long> all = new LinkedHashMap<>();
    all.put("read", read);
    all.put("held_out", heldOut);
    all.put("used", used());
    all.put("cut", cut);
    all.put("dropped", dropped());
    all.put("dropped_empty", emptyAnswers);
    all.put("dropped_as_held_out", twins);
    all.put("dropped_without_target", withoutTarget);
    all.put("turns_unanswered", unansweredTurns);
    all.put("turns_empty", emptyTurns);
    all.put("examples", examples);
    all.put("examples_not_chosen", notChosen);
    return all;
  }

  /**
   * In words: everything that happened, and nothing that did not.
   *
   * @param length the most tokens of an example
   */
  public String text(int length) {
    List<String> parts = new ArrayList<>();
    parts.add(read + " records read");
    add(parts, heldOut, " held out");
    parts.add(used() + " used");
    add(parts, cut, " cut to " + length + " tokens");
    add(parts, emptyAnswers, " dropped: nothing to learn in them");
    add(parts, twins, " dropped: the text of one that is held out");
    add(parts, withoutTarget, " dropped: no token to learn within the first " + length);
    add(parts, unansweredTurns, " turns without an answer left out");
    add(parts, emptyTurns, " empty answers read and not learned");
    if (examples != used()) {
      add(parts, examples, " examples");
    }
    add(parts, notChosen, " examples not chosen");
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + what);
    }
  }
}
