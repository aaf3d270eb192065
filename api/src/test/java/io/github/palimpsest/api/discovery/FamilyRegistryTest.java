package io.github.palimpsest.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.model.ModelFamilyProvider;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyRegistryTest {
  private static Registered family(String id, String modelType, String jar) {
    ModelFamilyProvider provider =
        ModelFamilyProvider.of(id, modelType, "decoders", "x += f(x)")
            .traits(Traits.of(Onset.FIRST_TASK, Cost.NONE, "nowhere"))
            .creates(
                settings -> {
                  throw new IllegalStateException("a lookup creates nothing");
                });
    return new Registered(provider, new PluginOrigin(id, "1.0", Path.of(jar)));
  }

  @Test
  void a_family_is_found_by_the_type_of_its_models() {
    Registered granite = family("acme.rock", "granite", "acme.jar");
    PluginRegistry registry =
        new PluginRegistry(List.of(family("lama", "llama", "own.jar"), granite));
    assertThat(registry.family("granite")).isEqualTo(granite);
    assertThat(registry.find("acme.rock")).isEqualTo(granite);
  }

  @Test
  void an_unknown_type_is_refused_with_the_known_ones_and_whose_the_nearest_is() {
    PluginRegistry registry =
        new PluginRegistry(
            List.of(
                family("lama", "llama", "own.jar"), family("acme.rock", "granite", "acme.jar")));
    assertThatThrownBy(() -> registry.family("granit"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "no plugin here reads model_type 'granit'; known: granite, llama; the nearest is"
                + " 'granite' of acme.rock 1.0 (acme.jar)");
    assertThatThrownBy(() -> registry.family("gpt2"))
        .hasMessage("no plugin here reads model_type 'gpt2'; known: granite, llama");
    assertThatThrownBy(() -> new PluginRegistry(List.of()).family("gpt2"))
        .hasMessage("no plugin here reads model_type 'gpt2'; known: none");
  }

  @Test
  void two_families_of_one_type_are_refused_with_both_plugins() {
    List<Registered> both =
        List.of(family("lama", "llama", "own.jar"), family("acme.lama", "llama", "acme.jar"));
    assertThatThrownBy(() -> new PluginRegistry(both))
        .isInstanceOf(PluginException.class)
        .hasMessage(
            "model_type 'llama' is provided twice: by 'acme.lama' of acme.lama 1.0 (acme.jar) and by"
                + " 'lama' of lama 1.0 (own.jar)");
  }
}
