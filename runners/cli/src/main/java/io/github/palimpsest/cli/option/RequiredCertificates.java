package io.github.palimpsest.cli.option;

import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.certificates.CertificateState;
import io.github.palimpsest.certificates.Certificates;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.tck.Certification;
import io.github.palimpsest.tck.Judgement;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --require-certified} asks of a plan. A build that ran its tests certified this
 * project's own components; one that did not leaves that to whoever asks for it first.
 */
public final class RequiredCertificates {
  private final Plan plan;
  private final @Nullable Path plugins;
  private final PrintWriter err;

  /**
   * @param plugins the folder of plugins, or null if there is none
   */
  public RequiredCertificates(Plan plan, @Nullable Path plugins, PrintWriter err) {
    this.plan = plan;
    this.plugins = plugins;
    this.err = err;
  }

  /**
   * Certifies this project's own components that nobody has certified since they were built.
   *
   * @throws RuleViolationException if any component is not certified then; names all
   */
  public void check() {
    Map<ComponentId, CertificateState> others = new TreeMap<>(plan.certificates());
    others.values().removeIf(state -> state == CertificateState.CERTIFIED);
    Map<ComponentId, CertificateState> beyondHelp = new TreeMap<>(others);
    beyondHelp.keySet().removeIf(id -> isForThisCommand(id, others.get(id)));
    refuse(beyondHelp);
    others.replaceAll((id, state) -> certified(id));
    others.values().removeIf(state -> state == CertificateState.CERTIFIED);
    refuse(others);
  }

  private boolean isForThisCommand(ComponentId id, @Nullable CertificateState state) {
    return state == CertificateState.UNCHECKED && plan.registry().find(id.value()).isOwn();
  }

  private void refuse(Map<ComponentId, CertificateState> others) {
    if (others.isEmpty()) {
      return;
    }
    Map.Entry<ComponentId, CertificateState> first = others.entrySet().iterator().next();
    String message =
        "component '"
            + first.getKey()
            + "' is "
            + first.getValue().label()
            + ", not certified; run: palimpsest verify "
            + first.getKey()
            + (plugins == null ? "" : " --plugins " + plugins);
    List<ComponentId> more = others.keySet().stream().skip(1).toList();
    throw new RuleViolationException(
        "certified", message + (more.isEmpty() ? "" : "; likewise " + more));
  }

  private CertificateState certified(ComponentId id) {
    err.println("palimpsest: certifying '" + id + "' of this build, once");
    Judgement judgement = Certification.ofComponent(id.value(), null, verdict -> {});
    try {
      Certificates.keep(judgement.certificate(), judgement.origin().location());
    } catch (IOException e) {
      err.println(
          "palimpsest: the certificate of '"
              + id
              + "' is not kept, so results do not have it: "
              + e);
    }
    return judgement.certified() ? CertificateState.CERTIFIED : CertificateState.FAILED;
  }
}
