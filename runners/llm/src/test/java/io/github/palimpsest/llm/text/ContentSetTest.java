package io.github.palimpsest.llm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContentSetTest {
  private static Document document(String... parts) {
    List<Exchange> exchanges = Stream.of(parts).map(p -> new Exchange("", p)).toList();
    return new Document("f:1", 0, exchanges, false);
  }

  @Test
  void knowsADocumentByItsTextApartFromWhiteSpaceAndUnicodeForm() {
    ContentSet set = new ContentSet();
    assertThat(set.add(document("caf\u00e9 au lait"))).as("new").isTrue();
    assertThat(set.add(document(" cafe\u0301\u00a0au\n\tlait\n"))).as("the same").isFalse();
    assertThat(set.contains(document("caf\u00e9 ", "au", " lait"))).as("in turns").isTrue();
    assertThat(set.contains(document("caf\u00e9 au Lait"))).as("another letter").isFalse();
    assertThat(set.contains(document("caf\u00e9 aulait"))).as("no space").isFalse();
    assertThat(set.contains(document(""))).as("nothing").isFalse();
    assertThat(set.size()).isEqualTo(1);
  }

  @Test
  void holdsAnyNumberOfContents() {
    ContentSet set = new ContentSet();
    int many = 20_000;
    for (int i = 0; i < many; i++) {
      assertThat(set.add(document("text " + i))).isTrue();
    }
    assertThat(set.size()).isEqualTo(many);
    for (int i = 0; i < many; i++) {
      assertThat(set.contains(document("text " + i))).isTrue();
      assertThat(set.contains(document("other " + i))).isFalse();
    }
  }
}
