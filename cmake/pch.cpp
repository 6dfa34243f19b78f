// Carries the precompiled headers (Precompiled.cmake).
