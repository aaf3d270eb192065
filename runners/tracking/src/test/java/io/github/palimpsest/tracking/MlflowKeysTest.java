package io.github.palimpsest.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MlflowKeysTest {
  /** What the server checks: letters, digits and some signs, and a path in normal form. */
  static boolean isTaken(String key) {
    return key.length() <= 250
        && !key.isEmpty()
        && key.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || "_-./ ".indexOf(c) >= 0)
        && Stream.of(key.split("/", -1)).noneMatch(p -> List.of("", ".", "..").contains(p));
  }

  @Test
  void a_name_that_the_server_takes_is_its_key() {
    for (String name : List.of("train/loss", "score/Tâche 1", "metric/a.b-c_d", "sam.base.lr")) {
      assertThat(MlflowKeys.of(name)).isEqualTo(name);
    }
  }

  @Test
  void any_other_name_becomes_a_key_that_is_a_path_in_normal_form() {
    List<String> odd =
        List.of(
            "",
            ".",
            "..",
            "/",
            "//",
            "a//b",
            "/a",
            "a/",
            "./a",
            "a/./b",
            "../a",
            "a/../../b",
            "score/№1 🙂",
            "score/a\u001b[31m",
            "a\u0000b",
            "score/ x ",
            " ",
            "score/...",
            Normalizer.normalize("score/é", Normalizer.Form.NFD),
            "\ud83d",
            "a:b@c",
            "x\ny",
            "x".repeat(251),
            "🙂".repeat(300),
            "\ud835\udc9c".repeat(200),
            "a/".repeat(200));
    List<String> keys = odd.stream().map(MlflowKeys::of).toList();
    assertThat(keys).allMatch(MlflowKeysTest::isTaken).doesNotHaveDuplicates();
  }

  @Test
  void names_that_would_become_the_same_stay_apart_and_keep_what_can_be_read() {
    assertThat(MlflowKeys.of("score/a?")).startsWith("score/a_-").hasSize("score/a_-".length() + 8);
    assertThat(MlflowKeys.of("score/a?")).isNotEqualTo(MlflowKeys.of("score/a!"));
    assertThat(MlflowKeys.of("score/a?")).isEqualTo(MlflowKeys.of("score/a?"));
    assertThat(MlflowKeys.of("score/../a")).startsWith("score/__/a-");
  }

  @Test
  void values_are_cut_visibly_and_hold_no_half_of_a_character() {
    assertThat(MlflowKeys.value("12345", 5)).isEqualTo("12345");
    assertThat(MlflowKeys.value("123456", 5)).isEqualTo("12...");
    assertThat(MlflowKeys.value("1🙂3456", 5)).isEqualTo("1...");
    assertThat(MlflowKeys.value("a\u0000b\ud83d", 5)).isEqualTo("a\ufffdb\ufffd");
  }
}
