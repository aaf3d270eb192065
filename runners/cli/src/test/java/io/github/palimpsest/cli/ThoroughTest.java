package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.tck.Certification;
import io.github.palimpsest.tck.Subject;
import io.github.palimpsest.tck.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The kit with other settings than the defaults. It asks about settings that it refused once, and
 * about one draw around each. {@code -Dthorough=all} asks about every built-in component with each
 * other word and with four draws, {@code -Dthorough=ID,ID} about some: all take an hour or more.
 */
@Tag("native")
class ThoroughTest {
  private static final long SEED = 7;
  private static final int DRAWS = 4;

  /** Correct settings that rules were too narrow for. */
  private static final List<String> REFUSED_ONCE =
      List.of(
          "ewc(fisher=batch-mean)",
          "ewc(normalize=mean, clip=0.2)",
          "kl(inputs=rehearsed)",
          "sam(tasks=later)",
          "intruder-share(epsilon=0.26, top=6)",
          "freeze",
          "masked(roles=matrices)",
          "masked(roles=vectors)");

  /** A call that does not end is ended. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final String WANTED = System.getProperty("thorough", "");

  @TestFactory
  Stream<DynamicTest> no_correct_setting_is_refused() {
    return (WANTED.isEmpty() ? once() : all().stream())
        .map(
            s ->
                DynamicTest.dynamicTest(
                    s.provider().id() + " " + s.written(),
                    () -> Assertions.assertTimeoutPreemptively(LIMIT, () -> isCertified(s))));
  }

  private static Stream<Subject<?>> once() {
    return REFUSED_ONCE.stream()
        .map(text -> Certification.subject(text, null))
        .flatMap(s -> Stream.concat(Stream.of(s), Certification.drawn(s, SEED, 1).stream()));
  }

  private static List<Subject<?>> all() {
    List<String> ids = List.of(WANTED.split(","));
    List<Subject<?>> all = new ArrayList<>();
    Plugins.onClassPath().all().stream()
        .map(r -> r.provider().id().value())
        .filter(id -> WANTED.equals("all") || ids.contains(id))
        .map(id -> Certification.subject(id, null))
        .forEach(
            s -> {
              all.addAll(s.withOtherWords());
              all.addAll(Certification.drawn(s, SEED, DRAWS));
            });
    return all;
  }

  private static void isCertified(Subject<?> subject) {
    assertThat(Certification.here(subject).verdicts())
        .filteredOn(Verdict::refuses)
        .extracting(Verdict::text)
        .isEmpty();
  }
}
