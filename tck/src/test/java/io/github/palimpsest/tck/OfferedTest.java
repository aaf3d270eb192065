package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Plugin;
import org.acme.AcmePlugin;
import org.acme.AcmeZero;
import org.junit.jupiter.api.Test;

class OfferedTest {
  @Test
  void a_plugin_offers_what_it_has_of_each_kind() {
    assertThat(Offered.by(new AcmePlugin())).singleElement().isInstanceOf(AcmeZero.class);
    Plugin nothing = () -> "nothing";
    assertThat(Offered.by(nothing)).isEmpty();
  }
}
