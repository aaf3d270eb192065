package io.github.palimpsest.api.data;

import io.github.palimpsest.api.Experimental;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The use of the records of a data file: {@code read} is the sum of those held out, those used, and
 * those dropped for each reason. Documents of a plain text count as records.
 *
 * @param read records that pass the filter and the limit
 * @param heldOut records kept for evaluation
 * @param emptyAnswers dropped because they have no answer, or no text, to learn
 * @param twins dropped because a held-out record has the same text
 * @param withoutTarget dropped because no token to learn is within the length
 * @param notChosen left out because fewer were requested
 * @param cut used, without their end or, as contexts of choices, without their beginning
 * @param unansweredTurns turns of a chat after its last answer; they are left out
 * @param emptyTurns answers within a chat or history that are empty: they are read, not learned
 * @param examples the examples made from the used records; windows make several from one record
 * @param bad dropped because they cannot be read; 0 unless such records are skipped
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
    long examples,
    long bad) {

  /** Records that were read and dropped because they have nothing to learn. */
  public static DataCounts read(
      long read, long emptyAnswers, long unansweredTurns, long emptyTurns) {
    return new DataCounts(read, 0, emptyAnswers, 0, 0, 0, 0, unansweredTurns, emptyTurns, 0, 0);
  }

  /** The counts of this number of records that are all used; the other methods change them. */
  public static DataCounts of(long read) {
    return read(read, 0, 0, 0);
  }

  /** Counts from numbers by name, as in {@link #byName}; missing numbers are 0. */
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
        byName.getOrDefault("examples", 0L),
        byName.getOrDefault("dropped_bad", 0L));
  }

  /** A copy in which some of the records are bad. */
  public DataCounts bad(long skipped) {
    return new DataCounts(
        read,
        heldOut,
        emptyAnswers,
        twins,
        withoutTarget,
        notChosen,
        cut,
        unansweredTurns,
        emptyTurns,
        examples,
        skipped);
  }

  /** The sum of the counts of two sources. */
  public DataCounts plus(DataCounts other) {
    return new DataCounts(
        read + other.read,
        heldOut + other.heldOut,
        emptyAnswers + other.emptyAnswers,
        twins + other.twins,
        withoutTarget + other.withoutTarget,
        notChosen + other.notChosen,
        cut + other.cut,
        unansweredTurns + other.unansweredTurns,
        emptyTurns + other.emptyTurns,
        examples + other.examples,
        bad + other.bad);
  }

  /** Whether any record that was read is not used completely. */
  public boolean lost() {
    return dropped() + notChosen + cut + unansweredTurns + emptyTurns > 0;
  }

  /**
   * A copy in which some records are held out.
   *
   * @param held the number of held-out records
   * @param sameText the number of others that are dropped because a held-out record has the same
   *     text
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
        examples,
        bad);
  }

  /**
   * A copy in which the rest became examples.
   *
   * @param dropped records without a token to learn
   * @param cutShort records whose end is left out
   * @param number the number of examples
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
        number,
        bad);
  }

  /** A copy in which the rest became {@code all} examples, of which {@code some} are used. */
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
        some,
        bad);
  }

  /** Records that gave an example, including those whose examples were not chosen. */
  public long used() {
    return read - heldOut - dropped();
  }

  /** Records that are neither used nor held out. */
  public long dropped() {
    return emptyAnswers + twins + withoutTarget + bad;
  }

  /** All numbers by name, in a fixed order; the number of bad records only if there are any. */
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
    if (bad > 0) { // as in the results of earlier versions if there are none
      all.put("dropped_bad", bad);
    }
    return all;
  }

  /**
   * The counts in words, without those that are 0.
   *
   * @param length the maximum number of tokens of an example
   */
  public String text(int length) {
    List<String> parts = new ArrayList<>();
    parts.add(read + " records read");
    add(parts, heldOut, " held out");
    parts.add(used() + " used");
    add(parts, cut, " cut to " + length + " tokens");
    addDropped(parts, length);
    add(parts, unansweredTurns, " turns without an answer left out");
    add(parts, emptyTurns, " empty answers read and not learned");
    if (examples != used()) {
      add(parts, examples, " examples");
    }
    add(parts, notChosen, " examples not chosen");
    return String.join(", ", parts);
  }

  /**
   * The loss of half or more of the records that are not held out, in words; empty if there is
   * none.
   *
   * @param length the maximum number of tokens of an example
   */
  public Optional<String> heavyLoss(int length) {
    long given = read - heldOut;
    boolean dropsMost = 2 * dropped() >= given;
    if (given == 0 || !dropsMost && 2 * cut < given) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    if (dropsMost) {
      addDropped(parts, length);
    } else {
      add(parts, cut, " cut to " + length + " tokens");
    }
    long lost = dropsMost ? dropped() : cut;
    String share = 100 * lost / given + " % of " + given + " records are ";
    return Optional.of(share + (dropsMost ? "not used" : "cut") + ": " + String.join(", ", parts));
  }

  private void addDropped(List<String> parts, int length) {
    add(parts, bad, " dropped: they cannot be read");
    add(parts, emptyAnswers, " dropped: nothing to learn in them");
    add(parts, twins, " dropped: the text of one that is held out");
    add(parts, withoutTarget, " dropped: no token to learn within the first " + length);
  }

  private static void add(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + what);
    }
  }
}
