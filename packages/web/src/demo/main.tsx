import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { DemoPage } from "./demo-page.tsx";

const place = document.getElementById("page");
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <DemoPage />
    </StrictMode>,
  );
}
