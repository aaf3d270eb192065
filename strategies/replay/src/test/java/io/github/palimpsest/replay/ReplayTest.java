package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Settings;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.model.FinishedModel;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {
  private static final RehearsalProvider REPLAY = Replay.PROVIDER;

  /** Plain replay asks the model nothing. */
  static final FinishedModel NO_MODEL = new SilentModel();

  static Rehearsal replay(double ratio, int capacity, String policy) {
    Map<String, Value> written =
        Map.of(
            "ratio", new Value.Num(ratio),
            "capacity", new Value.Num(capacity),
            "policy", Value.Call.word(policy));
    Setting.ComponentSource none =
        (kind, call) -> {
          throw new IllegalArgumentException(call.toString());
        };
    return REPLAY.create(Settings.of(REPLAY, written, none));
  }

  static TaskData task(int index, int size) {
    return TaskData.of(
        index,
        "t" + index,
        IntStream.range(0, size)
            .mapToObj(
                i ->
                    new Example(
                        "t" + index + "/" + i,
                        3,
                        new TreeMap<>(
                            Map.of(
                                "ids", new HostArray.Ints(new int[] {index, i, -1}, 3),
                                "x", new HostArray.Floats(new float[] {i + 0.5f}, 1)))))
            .toList());
  }

  private static RandomGenerator seed(long seed) {
    return new Random(seed);
  }

  private static List<List<Example>> epoch(Rehearsal r, TaskData task, int batch, long seed) {
    List<List<Example>> all = new ArrayList<>();
    Iterator<List<Example>> it = r.epoch(task, batch, seed(seed));
    it.forEachRemaining(all::add);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void the_first_task_has_the_batches_of_plain_training(String policy) {
    assertThat(epoch(replay(0.5, 10, policy), task(0, 23), 4, 1))
        .isEqualTo(task(0, 23).shuffledBatches(4, seed(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void ratio_zero_has_the_batches_of_plain_training_and_keeps_nothing(String policy) {
    Rehearsal off = replay(0, 10, policy);
    byte[] fresh = off.state();
    off.afterTask(task(0, 20), NO_MODEL, seed(1));
    assertThat(off.state()).as("state").isEqualTo(fresh);
    assertThat(epoch(off, task(1, 23), 4, 2)).isEqualTo(task(1, 23).shuffledBatches(4, seed(2)));
  }

  @ParameterizedTest
  @CsvSource({"0.05,8,reservoir", "0.3,4,reservoir", "1,4,ring", "2.5,3,ring", "0.29,100,ring"})
  void current_examples_come_once_in_plain_order_and_rehearsed_ones_at_the_ratio(
      double ratio, int batchSize, String policy) {
    Rehearsal r = replay(ratio, 50, policy);
    r.afterTask(task(0, 60), NO_MODEL, seed(1));
    TaskData current = task(1, 101);
    List<List<Example>> plain = current.shuffledBatches(batchSize, seed(2));
    List<List<Example>> mixed = epoch(r, current, batchSize, 2);
    assertThat(mixed).as("number of batches").hasSameSizeAs(plain);
    long rehearsed = 0;
    long seen = 0;
    for (int i = 0; i < plain.size(); i++) {
      int b = plain.get(i).size();
      assertThat(mixed.get(i).subList(0, b)).as("batch %d", i).isEqualTo(plain.get(i));
      List<Example> extra = mixed.get(i).subList(b, mixed.get(i).size());
      assertThat(extra).as("rehearsed in batch %d", i).allMatch(e -> e.id().startsWith("t0/"));
      if (extra.size() <= 50) {
        assertThat(new HashSet<>(extra)).as("no repeats in batch %d", i).hasSameSizeAs(extra);
      }
      rehearsed += extra.size();
      seen += b;
      assertThat((double) rehearsed)
          .as("rehearsed up to batch %d", i)
          .isBetween(ratio * seen - 1, ratio * seen + 1e-6);
    }
    assertThat(rehearsed).as("rehearsed an epoch").isEqualTo((long) Math.floor(ratio * 101 + 1e-9));
  }

  @Test
  void when_more_are_wanted_than_kept_each_comes_equally_often() {
    Rehearsal r = replay(2, 3, "reservoir");
    r.afterTask(task(0, 3), NO_MODEL, seed(1));
    List<Example> batch = epoch(r, task(1, 3), 3, 2).get(0);
    Map<String, Integer> times = new HashMap<>();
    batch.subList(3, batch.size()).forEach(e -> times.merge(e.id(), 1, Integer::sum));
    assertThat(times).isEqualTo(Map.of("t0/0", 2, "t0/1", 2, "t0/2", 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void only_finished_tasks_are_kept_within_the_capacity(String policy) {
    Rehearsal r = replay(20, 7, policy);
    for (int t = 0; t < 4; t++) {
      r.afterTask(task(t, 5), NO_MODEL, seed(t));
      int finished = t;
      Set<String> rehearsed = new HashSet<>();
      for (List<Example> batch : epoch(r, task(t + 1, 6), 6, 9)) {
        batch.subList(6, batch.size()).forEach(e -> rehearsed.add(e.id()));
      }
      assertThat(rehearsed)
          .as("kept after task %d", t)
          .hasSize(Math.min(7, 5 * (t + 1)))
          .allMatch(id -> id.charAt(1) - '0' <= finished);
    }
  }

  @Test
  void the_ring_gives_each_task_an_equal_share() {
    Rehearsal r = replay(20, 8, "ring");
    for (int t = 0; t < 3; t++) {
      r.afterTask(task(t, 40), NO_MODEL, seed(t));
    }
    Map<Character, Integer> share = new TreeMap<>();
    Set<String> kept = new HashSet<>();
    List<Example> batch = epoch(r, task(3, 1), 1, 5).get(0);
    batch.subList(1, batch.size()).forEach(e -> kept.add(e.id()));
    kept.forEach(id -> share.merge(id.charAt(1), 1, Integer::sum));
    assertThat(share).as("8 = 3 + 3 + 2").isEqualTo(Map.of('0', 3, '1', 3, '2', 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void a_restored_memory_goes_on_identically(String policy) {
    Rehearsal one = replay(0.7, 9, policy);
    one.afterTask(task(0, 30), NO_MODEL, seed(1));
    Rehearsal other = replay(0.7, 9, policy);
    other.restore(one.state());
    for (int t = 1; t < 4; t++) {
      assertThat(epoch(other, task(t, 17), 5, t)).isEqualTo(epoch(one, task(t, 17), 5, t));
      one.afterTask(task(t, 17), NO_MODEL, seed(100 + t));
      other.afterTask(task(t, 17), NO_MODEL, seed(100 + t));
      assertThat(other.state()).as("state after task %d", t).isEqualTo(one.state());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reservoir", "ring"})
  void the_sequence_is_a_function_of_the_generators(String policy) {
    Rehearsal[] two = {replay(0.7, 9, policy), replay(0.7, 9, policy)};
    for (Rehearsal r : two) {
      r.afterTask(task(0, 30), NO_MODEL, seed(1));
    }
    assertThat(epoch(two[0], task(1, 17), 5, 3)).isEqualTo(epoch(two[1], task(1, 17), 5, 3));
    assertThat(epoch(two[0], task(1, 17), 5, 3)).isNotEqualTo(epoch(two[0], task(1, 17), 5, 4));
  }

  @Test
  void extra_batches_are_full_and_between_the_plain_ones() {
    Mixing mixing = new Mixing(0.5, Mixing.Place.EXTRA_BATCHES);
    List<List<Example>> plain = task(1, 22).shuffledBatches(4, seed(1));
    List<Integer> drawn = new ArrayList<>();
    List<List<Example>> all =
        mixing.mixed(
            plain,
            4,
            count -> {
              drawn.add(count);
              return task(0, count).examples();
            });
    assertThat(drawn).as("floor(0.5 * 22) = 11 in fours").containsExactly(4, 4, 3);
    assertThat(all).hasSize(plain.size() + 3);
    assertThat(mixing.extraBatches(22, 4)).isEqualTo(3);
    assertThat(all.stream().filter(b -> b.get(0).id().startsWith("t1/")).toList()).isEqualTo(plain);
    assertThat(all.get(2).get(0).id()).as("8 current examples have come").startsWith("t0/");
  }

  @Test
  void what_an_epoch_rehearses_is_known_beforehand_and_may_be_nothing() {
    Rehearsal r = replay(0.1, 9, "reservoir");
    assertThat(r.rehearsed(0, 100)).as("nothing is kept yet").isEmpty();
    assertThat(r.rehearsed(1, 29)).as("floor(0.1 * 29)").hasValue(2);
    assertThat(r.rehearsed(1, 9)).as("floor(0.1 * 9)").hasValue(0);
    assertThat(replay(0, 9, "reservoir").rehearsed(1, 100)).as("none are meant to come").isEmpty();
  }

  @Test
  void damaged_or_foreign_states_are_refused() {
    Rehearsal r = replay(0.5, 9, "reservoir");
    r.afterTask(task(0, 30), NO_MODEL, seed(1));
    byte[] state = r.state();
    byte[] flipped = state.clone();
    flipped[state.length / 2] ^= 1;
    byte[] cut = java.util.Arrays.copyOf(state, state.length - 3);
    for (byte[] bad : new byte[][] {flipped, cut, {}, {1, 2, 3}}) {
      assertThatThrownBy(() -> r.restore(bad))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("damaged");
    }
    assertThatThrownBy(() -> replay(0.5, 8, "reservoir").restore(state))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("capacity 9, and 8");
    assertThatThrownBy(() -> replay(0.5, 9, "ring").restore(state))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("policy RESERVOIR, and RING");
    assertThat(r.state()).as("a refused state changes nothing").isEqualTo(state);
  }
}
