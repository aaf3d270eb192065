package io.github.palimpsest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CorpusReplayTest {
  private static final Rehearsal NONE = ReplayTest.replay(0, 1, "reservoir");
  private static final TaskData TASK =
      ReplayTest.task(0, 20).beside(ReplayTest.task(9, 7).examples());

  private static List<List<String>> ids(Rehearsal r, TaskData task, long seed) {
    List<List<String>> batches = new ArrayList<>();
    r.epoch(task, 8, new Random(seed))
        .forEachRemaining(b -> batches.add(b.stream().map(Example::id).toList()));
    return batches;
  }

  private static List<String> ofCorpus(List<List<String>> batches) {
    return batches.stream().flatMap(List::stream).filter(id -> id.startsWith("t9/")).toList();
  }

  @Test
  void every_batch_of_the_first_task_gets_its_share_behind_the_current_examples() {
    List<List<String>> mixed = ids(new CorpusReplay(0.25, NONE), TASK, 3);
    List<List<String>> plain = ids(NONE, TASK, 3);
    // floor(0.25 n) after 8, 16 and 20 current examples: 2, 4 and 5
    int[] added = {2, 2, 1};
    assertThat(mixed).hasSameSizeAs(plain);
    for (int b = 0; b < mixed.size(); b++) {
      int current = plain.get(b).size();
      assertThat(mixed.get(b).subList(0, current)).isEqualTo(plain.get(b));
      assertThat(ofCorpus(List.of(mixed.get(b).subList(current, mixed.get(b).size()))))
          .hasSize(added[b]);
    }
    assertThat(new HashSet<>(ofCorpus(mixed))).as("none comes twice").hasSize(5);
  }

  @Test
  void it_draws_anew_each_epoch_from_the_generator_alone() {
    CorpusReplay r = new CorpusReplay(0.25, NONE);
    assertThat(ids(r, TASK, 4)).isEqualTo(ids(new CorpusReplay(0.25, NONE), TASK, 4));
    assertThat(ofCorpus(ids(r, TASK, 4))).isNotEqualTo(ofCorpus(ids(r, TASK, 5)));
  }

  @Test
  void when_more_are_wanted_than_there_are_all_come_before_one_comes_again() {
    List<String> drawn = ofCorpus(ids(new CorpusReplay(0.5, NONE), TASK, 3));
    assertThat(drawn).hasSize(10);
    assertThat(new HashSet<>(drawn.subList(0, 7))).hasSize(7);
  }

  @Test
  void another_rehearsal_adds_its_own_before_the_corpus_does() {
    Rehearsal replay = ReplayTest.replay(0.5, 6, "reservoir");
    CorpusReplay both = new CorpusReplay(0.25, replay);
    both.afterTask(ReplayTest.task(1, 10), ReplayTest.NO_MODEL, new Random(1));
    List<String> first = ids(both, TASK, 3).get(0);
    // 8 of the task, floor(0.5 * 8) rehearsed, floor(0.25 * 12) of the corpus
    assertThat(first.stream().filter(id -> id.startsWith("t0/"))).hasSize(8);
    assertThat(first.subList(8, 12)).allMatch(id -> id.startsWith("t1/"));
    assertThat(first.subList(12, 15)).hasSize(3).allMatch(id -> id.startsWith("t9/"));
    assertThat(first).hasSize(15);
  }

  @Test
  void without_a_corpus_nothing_is_trained() {
    CorpusReplay r = new CorpusReplay(0.25, NONE);
    assertThatThrownBy(() -> r.prepared(ReplayTest.task(0, 4), ReplayTest.NO_MODEL))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("'corpus-replay' has no corpus to take examples from (rule corpus)");
    CorpusReplay off = new CorpusReplay(0, NONE);
    assertThat(off.prepared(ReplayTest.task(0, 4), ReplayTest.NO_MODEL).examples()).hasSize(4);
  }

  @Test
  void a_rehearsal_with_a_loss_of_its_own_is_refused_beside_it() {
    Rehearsal der =
        new Replay(
            new Mixing(1, Mixing.Place.SAME_BATCH),
            new EpisodicMemory(EpisodicMemory.Policy.RESERVOIR, EpisodicMemory.Budget.EXAMPLES, 5),
            new DarkExperience(0.3, 0));
    assertThatThrownBy(() -> new CorpusReplay(0.1, der))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("setting 'base' of 'corpus-replay'")
        .hasMessageContaining("loss or constraint");
  }
}
