package io.github.palimpsest.results.items;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.results.folder.FolderLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetItemsTest {
  @TempDir Path folder;

  @Test
  void items_are_read_as_they_were_written_whatever_the_name_of_the_set() {
    SetItems items =
        new SetItems(
            "a/b \u00e9",
            List.of(
                Item.chosen("a/0", "f.json:1", "Which?", List.of("x", "y"), 1),
                Item.answered("a/1", "f.json:2", "What?", "z")));
    items.writeOnce(new FolderLayout(folder));
    assertThat(SetItems.of(folder)).containsExactly(java.util.Map.entry("a/b \u00e9", items));
    assertThat(items.at(0).orElseThrow().right()).hasValue("y");
    assertThat(items.at(1).orElseThrow().right()).hasValue("z");
    assertThat(items.at(2)).isEmpty();
  }

  @Test
  void a_folder_of_an_earlier_version_has_no_items() {
    assertThat(SetItems.of(folder)).isEmpty();
  }

  @Test
  void a_long_text_keeps_its_beginning_and_its_end() {
    // 5 code points: 2 of the beginning, the ellipsis, 2 of the end
    assertThat(Item.cut("abcdefgh", 5)).isEqualTo("ab\u2026gh");
    assertThat(Item.cut("abcde", 5)).isEqualTo("abcde");
    assertThat(Item.cut("\ud83d\ude00bcdefg\ud83d\ude00", 4))
        .as("no surrogate pair is cut")
        .isEqualTo("\ud83d\ude00\u2026g\ud83d\ude00");
  }
}
